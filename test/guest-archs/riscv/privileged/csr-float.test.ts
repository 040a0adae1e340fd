import { describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { createCore } from "./fake-machine.ts";

const FS_INITIAL = 0x2000;
const FS_DIRTY = 0x6000;

describe("Floating-point CSRs", () => {
  it("are illegal while FS is off, in every mode", () => {
    const core = createCore();
    for (const number of [1, 2, 3]) {
      expect(accessCsr(core, number, 2, 0n, true, false)).toBeUndefined();
    }
  });

  it("are parts of one register, and writes make FS dirty", () => {
    const core = createCore();
    core.state.setLow(SLOT.mstatus, FS_INITIAL);
    expect(accessCsr(core, 3, 2, 0n, true, false)).toBe(0n);
    expect(core.state.low(SLOT.mstatus)).toBe(FS_INITIAL);
    accessCsr(core, 2, 1, 0b101n, false, true);
    expect(core.state.low(SLOT.mstatus)).toBe(FS_DIRTY);
    accessCsr(core, 1, 2, 0b10001n, false, true);
    expect(accessCsr(core, 3, 2, 0n, true, false)).toBe(0b101_10001n);
    accessCsr(core, 3, 1, 0xffff_ff62n, false, true);
    expect(core.state.get(SLOT.fcsr)).toBe(0x62n);
    expect(accessCsr(core, 2, 2, 0n, true, false)).toBe(3n);
    expect(accessCsr(core, 1, 2, 0n, true, false)).toBe(2n);
  });
});
