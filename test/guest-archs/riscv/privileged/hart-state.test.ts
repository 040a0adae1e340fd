import { describe, expect, it } from "vitest";
import { HART_STATE_BYTES, SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { HartState } from "../../../../guest-archs/riscv/privileged/hart-state.ts";

describe("HartState", () => {
  it("shows the same slot as 64 bits and as two halves, at its offset in the buffer", () => {
    const buffer = new SharedArrayBuffer(64 + HART_STATE_BYTES);
    const state = new HartState(buffer, 64);
    state.set(SLOT.mepc, 0x1234_5678_9abc_def0n);
    expect(state.low(SLOT.mepc)).toBe(0x9abc_def0);
    expect(state.high(SLOT.mepc)).toBe(0x1234_5678);
    state.setLow(SLOT.mepc, 1);
    expect(state.get(SLOT.mepc)).toBe(0x1234_5678_0000_0001n);
    expect(new DataView(buffer).getBigUint64(64 + SLOT.mepc * 8, true)).toBe(
      0x1234_5678_0000_0001n,
    );
  });

  it("copies whole slots and clears everything", () => {
    const state = new HartState(new SharedArrayBuffer(HART_STATE_BYTES), 0);
    state.set(SLOT.pc, 0xffff_ffff_8000_0000n);
    state.copy(SLOT.pc, SLOT.sepc);
    expect(state.get(SLOT.sepc)).toBe(0xffff_ffff_8000_0000n);
    state.privilege = 3;
    expect(state.get(SLOT.priv)).toBe(3n);
    state.clear();
    expect(state.slots.every((value) => value === 0n)).toBe(true);
  });
});
