import { describe, expect, it } from "vitest";
import { hartsOfMask } from "../../../../../guest-archs/riscv/privileged/sbi/hart-mask.ts";
import { FakeSbiMachine } from "../fake-machine.ts";

describe("hartsOfMask", () => {
  const machine = new FakeSbiMachine(4);

  it("counts bits from the base", () => {
    expect(hartsOfMask(machine, 0b1101n, 0n)).toEqual([0, 2, 3]);
    expect(hartsOfMask(machine, 0b11n, 2n)).toEqual([2, 3]);
    expect(hartsOfMask(machine, 0n, 9n)).toEqual([]);
  });

  it("means all harts by base -1, whatever the mask", () => {
    expect(hartsOfMask(machine, 0n, 0xffff_ffff_ffff_ffffn)).toEqual([0, 1, 2, 3]);
  });

  it("refuses harts that do not exist", () => {
    expect(hartsOfMask(machine, 0b1_0000n, 0n)).toBeUndefined();
    expect(hartsOfMask(machine, 1n, 4n)).toBeUndefined();
    expect(hartsOfMask(machine, 1n << 63n, 0n)).toBeUndefined();
  });
});
