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
});
