// Guests whose pages are merged wherever they are equal, and that go on writing some of them, end as they do anyway.
import { describe, expect, it } from "vitest";
import { framesInUse } from "../../core/coordinator/frame-accounts.ts";
import type { SlotConfig } from "../../core/index.ts";
import { runGuest, type GuestResult } from "./guest-run.ts";

const run = (guest: string, memorySharing: SlotConfig): Promise<GuestResult> =>
  runGuest({
    guest,
    slots: {
      replication: { use: "pair", epochSteps: 500_000 },
      checkpoint: { use: "periodic", everyEpochs: 1 },
      placement: { use: "inline" },
      memorySharing,
    },
  });

const atRest = ({ report }: GuestResult): number[] =>
  report.memory.map(({ framesByOwner }) => framesInUse(framesByOwner));

describe("content-hash", () => {
  it.each([
    ["paging", 0.9],
    ["cold-code", 0.7],
  ] as const)("takes less memory for %s, which sees nothing of it", async (guest, most) => {
    const merged = await run(guest, { use: "merge-verified" });
    const hashed = await run(guest, { use: "content-hash", scanPages: 2000 });
    expect(hashed.report.finalState).toBeDefined();
    expect(hashed.report.finalState).toBe(merged.report.finalState);
    expect(hashed.committed).toEqual(merged.committed);
    const ratio = Math.min(...atRest(hashed)) / Math.min(...atRest(merged));
    expect(ratio).toBeLessThan(most);
  });

  it("gives pages frames of their own again when the guest writes them", async () => {
    const merged = await run("memory", { use: "merge-verified" });
    const hashed = await run("memory", { use: "content-hash", scanPages: 2000, mergePages: 2000 });
    expect(hashed.report.finalState).toBe(merged.report.finalState);
    const frames = atRest(hashed);
    const least = frames.indexOf(Math.min(...frames));
    expect(frames[least]).toBeLessThan(Math.max(...atRest(merged)) / 2);
    expect(Math.max(...frames.slice(least))).toBeGreaterThan((frames[least] ?? 0) * 2);
  });
});
