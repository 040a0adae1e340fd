import { describe, expect, it } from "vitest";
import {
  type OperationTraits,
  traitsOf,
} from "../../../../guest-archs/engine/compiler/operation-traits.ts";
import type { Semantics } from "../../../../guest-archs/engine/semantics.ts";
import { PLAIN } from "./small-graphs.ts";

type Case = readonly [string, (x: Semantics<object>) => void, Partial<OperationTraits>];

const CASES: readonly Case[] = [
  [
    "arithmetic",
    (x) => x.setRd(x.add(x.rs1(), x.rs2())),
    { readsRs1: true, readsRs2: true, writesRd: true },
  ],
  [
    "a load at base and offset",
    (x) => x.setRd(x.load("s32", x.add(x.rs1(), x.imm()))),
    {
      readsRs1: true,
      writesRd: true,
      mayLeave: true,
      memory: "load",
      access: { isStore: false, size: 4 },
    },
  ],
  [
    "a store at base and offset",
    (x) => x.store(8, x.add(x.rs1(), x.imm()), x.rs2()),
    {
      readsRs1: true,
      readsRs2: true,
      mayLeave: true,
      memory: "store",
      access: { isStore: true, size: 8 },
    },
  ],
  [
    "a load elsewhere",
    (x) => x.setRd(x.load("u8", x.rs1())),
    { readsRs1: true, writesRd: true, mayLeave: true, memory: "load" },
  ],
  [
    "an atomic operation",
    (x) => x.setRd(x.amo(8, x.rs1(), (old) => x.add(old.get(), x.rs2()))),
    { readsRs1: true, readsRs2: true, writesRd: true, mayLeave: true, memory: "atomic" },
  ],
  [
    "a load that may not happen",
    (x) =>
      x.setRd(
        x.choose(
          x.rs2Low(),
          () => x.load("u64", x.add(x.rs1(), x.imm())),
          () => x.imm(),
        ),
      ),
    { readsRs1: true, readsRs2: true, writesRd: true, mayLeave: true, memory: "load" },
  ],
  [
    "a conditional jump",
    (x) => x.branch(x.eq(x.rs1(), x.rs2())),
    { readsRs1: true, readsRs2: true, control: "branch" },
  ],
  [
    "a call",
    (x) => {
      x.setRd(x.nextPc());
      x.jump();
    },
    { writesRd: true, control: "jump" },
  ],
  ["a computed jump", (x) => x.jumpTo(x.rs1()), { readsRs1: true, control: "indirect" }],
  ["an illegal instruction", (x) => x.illegal(), { control: "leave", mayLeave: true }],
  ["one that may be illegal", (x) => x.illegalIf(x.rs1Low()), { readsRs1: true, mayLeave: true }],
  [
    "one that leaves on one way only",
    (x) =>
      x.when(
        x.rs1Low(),
        () => x.illegal(),
        () => undefined,
      ),
    { readsRs1: true, mayLeave: true },
  ],
];

describe("the traits of an operation", () => {
  it.each(CASES)("of %s", (_name, semantics, expected) => {
    expect(traitsOf(semantics)).toEqual({ ...PLAIN, ...expected });
  });
});
