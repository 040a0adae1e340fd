// The host's arithmetic against the exact one: results, flags and mstatus.FS must be equal wherever a quick path is
// taken, and where none is.
import { describe, expect, it } from "vitest";
import { compareFloat, FLOAT_CASES } from "./compare-float.ts";
import { FloatMachine, FS } from "./float-machine.ts";
import { FLOAT_INSTRUCTIONS, type FloatInstruction } from "./float-reference.ts";

describe("floating-point instructions equal exact arithmetic", () => {
  it.each(FLOAT_INSTRUCTIONS.map((instruction) => [instruction.name, instruction] as const))(
    "%s",
    (_name, instruction) => {
      expect(compareFloat(instruction, FLOAT_CASES, 7)).toEqual([]);
    },
  );
});

describe("the f file", () => {
  const machine = new FloatMachine();

  it("is needed by every floating-point instruction", () => {
    const legal = FLOAT_INSTRUCTIONS.filter((instruction) => {
      machine.choose(instruction, "rne");
      return !machine.isIllegalWhileOff(instruction);
    });
    expect(legal).toEqual([]);
  });
});

describe("the exact error of a product", () => {
  it("is found where a factor is subnormal and the other one large", () => {
    const machine = new FloatMachine();
    const multiply = FLOAT_INSTRUCTIONS.find(({ name }) => name === "fmul.d") as FloatInstruction;
    machine.choose(multiply, "rne");
    // (2^53 - 1) * 2^459 by 2^26 * 2^-1074, of which the upper half is more than the factor itself.
    const sources = { a: 0x5fef_ffff_ffff_ffffn, b: 2n ** 26n, c: 0n };
    expect(machine.execute(multiply, sources, 0, FS.dirty)).toMatchObject({
      result: 0x1e6f_ffff_ffff_ffffn,
      fcsr: 0,
    });
  });
});
