import { describe, expect, it } from "vitest";
import { destinationOf } from "../../../guest-archs/riscv/load-destination.ts";
import { assemble } from "./assemble.ts";

describe("the destination of a load", () => {
  it.each([
    ["lb x7, 4(x8)", { register: "x7", bytes: 1, above: "sign" }],
    ["lhu x31, 0(x1)", { register: "x31", bytes: 2, above: "zeros" }],
    ["lw x5, 0(x5)", { register: "x5", bytes: 4, above: "sign" }],
    ["lwu x5, 0(x5)", { register: "x5", bytes: 4, above: "zeros" }],
    ["ld x1, -8(x2)", { register: "x1", bytes: 8, above: "zeros" }],
    ["lr.w x9, (x10)", { register: "x9", bytes: 4, above: "sign" }],
    ["flw f3, 0(x1)", { register: "f3", bytes: 4, above: "ones" }],
    ["fld f31, 0(x1)", { register: "f31", bytes: 8, above: "zeros" }],
  ])("of %s is known", (instruction, expected) => {
    expect(destinationOf(assemble(instruction))).toEqual(expected);
  });

  it.each([
    // c.lw x8, 0(x9)
    [0x4080, { register: "x8", bytes: 4, above: "sign" }],
    // c.ld x8, 0(x9)
    [0x6080, { register: "x8", bytes: 8, above: "zeros" }],
    // c.fld f8, 0(x9)
    [0x2080, { register: "f8", bytes: 8, above: "zeros" }],
  ])("of the compressed 0x%s is known", (half, expected) => {
    expect(destinationOf(half)).toEqual(expected);
  });

  it.each(["lw x0, 0(x5)", "sw x1, 0(x2)", "addi x1, x1, 1"])("%s has none", (instruction) => {
    expect(destinationOf(assemble(instruction))).toBeUndefined();
  });
});
