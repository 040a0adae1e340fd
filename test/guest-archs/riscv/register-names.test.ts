import { describe, expect, it } from "vitest";
import { HART_STATE_BYTES, SLOT } from "../../../guest-archs/riscv/hart-layout.ts";
import { nameRegister } from "../../../guest-archs/riscv/register-names.ts";

describe("nameRegister", () => {
  it("names registers by any of their bytes, with the hart they belong to", () => {
    expect(nameRegister(5 * 8)).toBe("x5");
    expect(nameRegister(5 * 8 + 7)).toBe("x5");
    expect(nameRegister(SLOT.satp * 8)).toBe("satp");
    expect(nameRegister(HART_STATE_BYTES + SLOT.pc * 8 + 1)).toBe("hart1.pc");
  });

  it("leaves slots that are no registers unnamed", () => {
    expect(nameRegister(SLOT.sink * 8)).toBeUndefined();
    expect(nameRegister(SLOT.reservation * 8)).toBeUndefined();
  });
});
