import { describe, expect, it } from "vitest";
import { OutputTimes } from "../../../core/replica/output-times.ts";

describe("OutputTimes", () => {
  it("notes the first output of each epoch that has one", () => {
    let now = 0;
    const times = new OutputTimes(() => (now += 10));
    times.emitted();
    times.emitted();
    times.endEpoch(0);
    times.endEpoch(1);
    times.emitted();
    times.endEpoch(2);
    expect(times.report()).toEqual([
      { epoch: 0, atMs: 10 },
      { epoch: 2, atMs: 20 },
    ]);
  });

  it("stays bounded, and keeps the same epochs whoever else emitted in others", () => {
    const every = new OutputTimes(() => 1);
    const some = new OutputTimes(() => 1);
    for (let epoch = 0; epoch < 20_000; epoch++) {
      every.emitted();
      every.endEpoch(epoch);
      if (epoch % 3 === 0) some.emitted();
      some.endEpoch(epoch);
    }
    const kept = every.report().map(({ epoch }) => epoch);
    expect(kept.length).toBeLessThanOrEqual(4096);
    expect(kept.length).toBeGreaterThan(2000);
    const common = some.report().filter(({ epoch }) => kept.includes(epoch));
    expect(common.length).toBeGreaterThan(500);
  });
});
