import { describe, expect, it } from "vitest";
import type { CheckpointTarget } from "../../../core/index.ts";
import { checkpointBitFlip } from "../../../plugins/faults/checkpoint-bit-flip.ts";
import { fakeTarget, RAM_BASE, RAM_BYTES, refusalBy } from "./fake-target.ts";

describe("checkpoint-bit-flip", () => {
  it("flips one bit of one byte of a checkpoint", () => {
    const bytes = new Map([[RAM_BASE + 5, 0x13]]);
    const checkpoint: CheckpointTarget = {
      readU8: (address) => bytes.get(address) ?? 0,
      writeU8: (address, value) => void bytes.set(address, value),
    };
    const options = { address: RAM_BASE + 5, bit: 4 };
    const told = checkpointBitFlip.ofCoordinator?.strikeCheckpoint?.(options, checkpoint);
    expect(told).toBe("checkpoint 0x80000005 bit 4: 0x13 -> 0x3");
    expect([...bytes]).toEqual([[RAM_BASE + 5, 3]]);
  });

  it("flips adjacent bits across bytes", () => {
    const bytes = new Map<number, number>();
    const checkpoint: CheckpointTarget = {
      readU8: (address) => bytes.get(address) ?? 0,
      writeU8: (address, value) => void bytes.set(address, value),
    };
    const options = { address: RAM_BASE + 5, bit: 7, width: 3 };
    const told = checkpointBitFlip.ofCoordinator?.strikeCheckpoint?.(options, checkpoint);
    expect(told).toBe("checkpoint 0x80000005 bits 7 to 9: 0x0 -> 0x380");
    expect([...bytes.values()]).toEqual([0x80, 3]);
  });

  it("does nothing to a replica", () => {
    const target = fakeTarget();
    expect(checkpointBitFlip.inject({ address: RAM_BASE, bit: 0 }, target)).toBeUndefined();
    expect(target.memory.readU8(0)).toBe(0);
  });

  it("refuses what is not in guest memory", () => {
    expect(refusalBy(checkpointBitFlip, { address: RAM_BASE, bit: 0 })).toBeUndefined();
    expect(refusalBy(checkpointBitFlip, { address: RAM_BASE + RAM_BYTES, bit: 0 })).toMatchObject({
      code: "XV_ERR_FAULT_ADDRESS",
    });
  });
});
