// Properties of all rows together.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findRow } from "../../../guest-archs/riscv/decoder.ts";
import { disassemble } from "../../../guest-archs/riscv/disassembler.ts";
import { INSTRUCTIONS } from "../../../guest-archs/riscv/isa.ts";
import { assemble } from "./assemble.ts";

const ROWS = join(import.meta.dirname, "../../../guest-archs/riscv/rows");
const TESTS = join(import.meta.dirname, "rows");

describe("the instruction set", () => {
  it("has a test file for every file of rows", () => {
    const missing = readdirSync(ROWS).filter(
      (file) => !existsSync(join(TESTS, file.replace(".ts", ".test.ts"))),
    );
    expect(missing).toEqual([]);
  });

  it("has every row of those files", async () => {
    const known = new Set(INSTRUCTIONS);
    const files = readdirSync(ROWS).filter((file) => file !== "rv64c.ts");
    const modules: Record<string, unknown>[] = await Promise.all(
      files.map((file) => import(join(ROWS, file)) as Promise<Record<string, unknown>>),
    );
    const rows = modules.flatMap((module) => Object.values(module)).flat();
    expect(rows.length).toBe(INSTRUCTIONS.length);
    expect(rows.filter((row) => !known.has(row as (typeof INSTRUCTIONS)[number]))).toEqual([]);
  });

  it("has unique names", () => {
    const names = INSTRUCTIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(INSTRUCTIONS.map((row) => [row.name, row] as const))(
    "decodes %s as nothing else",
    (_name, row) => {
      for (const operandBits of [0, 0xffff_ffff, 0x5a5a_5a5a, 0xa5a5_a5a5]) {
        const word = ((operandBits & ~row.mask) | row.match) >>> 0;
        expect(findRow(word)?.[0].name).toBe(row.name);
      }
    },
  );

  it.each(INSTRUCTIONS.map((row) => [row.name, row] as const))(
    "disassembles %s to what assembles",
    (_name, row) => {
      const hasHints = row.name === "fence" || row.name === "fence.i";
      for (const operandBits of hasHints ? [0] : [0, 0x01f0_8480, 0x5a5a_5a5a]) {
        const word = ((operandBits & ~row.mask) | row.match) >>> 0;
        const text = disassemble(word);
        expect(disassemble(assemble(text))).toBe(text);
      }
    },
  );

  it.each([0xffff_ffff, 0x0000_4073, 0x0000_001f, 0x0000_7003, 0x4000_2033])(
    "has no row for %i",
    (word) => expect(findRow(word)).toBeUndefined(),
  );
});
