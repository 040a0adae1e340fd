import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { patiently } from "../../../plugins/result-store/patience.ts";

const broken = (): Error => new Error("Query read timeout");

describe("patience with a database", () => {
  it("counts from the first failure, however long that took to be noticed", async () => {
    const notes: string[] = [];
    let attempts = 0;
    const patience = { forMs: 20_000, notify: (note: string) => notes.push(note) };
    const work = async (): Promise<number> => {
      attempts++;
      if (attempts === 1) throw broken();
      return attempts;
    };
    expect(await patiently(patience, work)).toBe(2);
    attempts = 0;
    const late = async (): Promise<number> => {
      await delay(300);
      return work();
    };
    expect(await patiently({ ...patience, forMs: 200 }, late)).toBe(2);
    expect(notes.length).toBe(2);
  });

  it("does not wait without patience, nor for what lasts", async () => {
    const notify = (): void => {};
    await expect(patiently({ forMs: 0, notify }, () => Promise.reject(broken()))).rejects.toThrow(
      "Query read timeout",
    );
    await expect(
      patiently({ forMs: 20_000, notify }, () => Promise.reject(new Error("a defect"))),
    ).rejects.toThrow("a defect");
  });

  it.each([
    [60, 29],
    [3600, 1800],
  ])("tries for all of %i seconds, every two in the end", async (seconds, leastAttempts) => {
    let nowMs = 5000;
    let attempts = 0;
    const clock = {
      now: (): number => nowMs,
      pause: async (ms: number): Promise<void> => {
        expect(ms).toBeLessThanOrEqual(2000);
        nowMs += ms;
      },
    };
    const attempt = (): Promise<never> => {
      attempts++;
      return Promise.reject(broken());
    };
    const patience = { forMs: seconds * 1000, notify: (): void => {} };
    await expect(patiently(patience, attempt, clock)).rejects.toThrow("Query read timeout");
    const waitedMs = nowMs - 5000;
    expect(waitedMs).toBeGreaterThan(seconds * 1000 - 2000);
    expect(waitedMs).toBeLessThanOrEqual(seconds * 1000);
    expect(attempts).toBeGreaterThanOrEqual(leastAttempts);
  });
});
