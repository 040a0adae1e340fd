import { describe, expect, it } from "vitest";
import { traitsOf } from "../../../guest-archs/engine/compiler/operation-traits.ts";
import { INSTRUCTIONS } from "../../../guest-archs/riscv/isa.ts";
import { OPCODE } from "../../../guest-archs/riscv/row.ts";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const use = (text: string, set: Readonly<Record<string, bigint>> = {}): unknown => {
  const machine = new BareMetal();
  machine.load(program(text));
  machine.set("mtvec", BigInt(RAM_BASE) + 0x8000n);
  for (const [name, value] of Object.entries(set)) machine.set(name, value);
  return machine.processor.stepAndUse?.();
};

const DATA = { x6: BigInt(RAM_BASE) + 0x100n };

describe("registers that a step uses", () => {
  it("are the operands of its instruction", () => {
    expect(use("add x5, x6, x7")).toEqual({ reads: ["x6", "x7"], writes: ["x5"] });
    expect(use("ld x5, 0(x6)", DATA)).toEqual({ reads: ["x6"], writes: ["x5"] });
    expect(use("sd x5, 0(x6)", DATA)).toEqual({ reads: ["x6", "x5"], writes: [] });
    expect(use("beq x1, x2, 8")).toEqual({ reads: ["x1", "x2"], writes: [] });
    expect(use("lui x9, 5")).toEqual({ reads: [], writes: ["x9"] });
  });

  it("are not x0, which no fault strikes", () => {
    expect(use("addi x0, x0, 0")).toEqual({ reads: [], writes: [] });
  });

  it("are all of them where no instruction names them: traps, and calls of firmware", () => {
    expect(use("ld x5, 0(x0)")).toEqual({ reads: "all", writes: [] });
    expect(use("ecall")).toEqual({ reads: "all", writes: [] });
    expect(use("wfi")).toEqual({ reads: "all", writes: [] });
  });

  it.each(INSTRUCTIONS.map((row) => [row.name, row] as const))(
    "are named by %s wherever its semantics read or write them",
    (_name, { format, semantics, match, mask }) => {
      const traits = traitsOf(semantics);
      const isTold = (match & mask & 0x707f) !== OPCODE.system;
      const used = [
        isTold && traits.readsRs1 ? "rs1" : "",
        isTold && traits.readsRs2 ? "rs2" : "",
        isTold && traits.readsRs3 ? "rs3" : "",
        traits.writesRd ? "rd" : "",
      ].filter((name) => name !== "");
      expect(Object.keys(format)).toEqual(expect.arrayContaining(used));
    },
  );
});
