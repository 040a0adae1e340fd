import { beforeEach, describe, expect, it } from "vitest";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { SealedRecord } from "../../../core/integrity/sealed-record.ts";

describe("a sealed record", () => {
  let watch: IntegrityWatch;
  let record: SealedRecord;
  const inputs = () => [{ channel: "uart0", bytes: Uint8Array.of(1, 2, 3) }];
  const wanted = { epoch: 5, steps: 100, jumpTicks: 7, inputs: inputs() };

  beforeEach(() => {
    watch = new IntegrityWatch();
    record = new SealedRecord({ ...wanted, inputs: inputs() });
  });

  it("gives what it holds", () => {
    expect(record.glance(watch)).toEqual(wanted);
    expect(record.read(watch)).toEqual(wanted);
    record.scrub(watch);
    expect(watch.found).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["jumps elsewhere", () => Object.assign(record.parts.first, { jumpTicks: 8 })],
    ["is of another epoch", () => Object.assign(record.parts.first, { epoch: 4 })],
    ["has lost an input", () => Object.assign(record.parts.first, { inputs: [] })],
    ["has a broken seal", () => (record.parts.seal ^= 1)],
    ["has a broken seal of its inputs", () => (record.parts.inputs ^= 1)],
  ])("is put right when it %s, at a glance", (_what, damage) => {
    damage();
    expect(record.glance(watch)).toEqual(wanted);
    expect(watch.found).toMatchObject([{ record: "log record of epoch 5", outcome: "repaired" }]);
    expect(record.read(watch)).toEqual(wanted);
    expect(watch.found).toHaveLength(1);
  });

  it("is put right when its inputs changed, where it is read", () => {
    record.parts.first.inputs[0]?.bytes.fill(0);
    record.glance(watch);
    expect(watch.found).toEqual([]);
    expect(record.read(watch)).toEqual(wanted);
    expect(watch.found).toHaveLength(1);
  });

  it("has its second copy put right where it is scrubbed", () => {
    record.parts.second.inputs[0]?.bytes.fill(0);
    record.scrub(watch);
    expect(watch.found).toHaveLength(1);
    expect(record.parts.second).toEqual(wanted);
  });

  it("is given up when both copies are damaged, alike or not", () => {
    for (const jumpTicks of [8, 9]) {
      const both = new SealedRecord({ ...wanted });
      Object.assign(both.parts.first, { jumpTicks: 8, epoch: 6 });
      Object.assign(both.parts.second, { jumpTicks, epoch: 6 });
      expect(() => both.read(watch)).toThrow(IntegrityBreach);
    }
  });
});
