import { describe, expect, it } from "vitest";
import type { Operation, ProcessorInstrumentation } from "../../../core/index.ts";
import { OPERATIONS } from "../../../guest-archs/riscv/decoder.ts";
import { semanticsFor, semanticsOf } from "../../../guest-archs/riscv/operations.ts";
import { PSEUDO_OP } from "../../../guest-archs/engine/record-layout.ts";
import { program } from "./assemble.ts";

function operationsSeen(): Operation[] {
  const seen: Operation[] = [];
  const instrumentation: ProcessorInstrumentation = {
    key: "",
    cells: 0,
    halted: () => undefined,
    transform: (operation) => {
      seen.push(operation);
      return undefined;
    },
  };
  semanticsFor(instrumentation);
  return seen;
}

const halted = (): void => undefined;

const named = (name: string): Operation =>
  operationsSeen().find((operation) => operation.name === name) as Operation;

describe("operations", () => {
  it("have the semantics of their rows where nobody transforms them", () => {
    const rows = OPERATIONS.map(({ row }) => row.semantics);
    expect(semanticsFor(undefined)).toEqual(rows);
    expect(semanticsFor({ key: "", cells: 0, halted, transform: () => undefined })).toEqual(rows);
  });

  it("are shown to a transform once each, in the order of their numbers", () => {
    expect(operationsSeen().map(({ name, length }) => [name, length])).toEqual(
      OPERATIONS.map(({ row, length }) => [row.name, length]),
    );
  });

  it.each<[string, Partial<Operation["traits"]>, boolean]>([
    ["add", { control: "next", memory: "none", mayLeave: false, readsRs2: true }, false],
    ["ld", { memory: "load", mayLeave: true, writesRd: true }, false],
    ["fsd", { memory: "store", writesRd: false }, true],
    ["amoadd.w", { memory: "atomic" }, false],
    ["sc.d", { memory: "atomic" }, false],
    ["beq", { control: "branch" }, false],
    ["jal", { control: "jump", writesRd: true }, false],
    ["jalr", { control: "indirect" }, false],
    ["ecall", { control: "leave" }, false],
    ["fmadd.d", { readsRs3: true, writesRd: true, control: "next" }, true],
  ])("tell what %s does", (name, traits, usesFloat) => {
    expect(named(name)).toMatchObject({ name, traits, usesFloat });
  });

  it("disassemble their instructions", () => {
    expect(named("addi").disassemble(program("addi x5, x6, 7")[0] ?? 0)).toBe("addi x5, x6, 7");
  });

  it("are found by number; other numbers are none", () => {
    const semantics = semanticsFor(undefined);
    expect(semanticsOf(semantics, PSEUDO_OP.first)).toBe(semantics[0]);
    expect(() => semanticsOf(semantics, PSEUDO_OP.region)).toThrow(RangeError);
  });
});
