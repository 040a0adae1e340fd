// Directed tests of rows: one instruction, the registers before and after. Everything that a case does not name must
// stay as it was, and the pc must move on by the instruction's length.
import { describe, expect, it } from "vitest";
import type { Row } from "../../../guest-archs/riscv/row.ts";
import { assemble } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

/**
 * Registers by name; `pc` is an offset into RAM, `m<offset>` the 64-bit word there. Negative values are taken
 * modulo 2^64.
 */
export type Values = Readonly<Record<string, bigint>>;
export type Case = readonly [assembly: string, before: Values, after: Values];

const RAM_BYTES = 64 * 1024;
const HANDLER = 0x8000;
const FS_DIRTY = 0x6000n;
const FS_INITIAL = 0x2000n;
const MPP_M = 0x1800n;
const SOFTWARE_INTERRUPT = 2n;

export class RowMachine {
  readonly machine: BareMetal = new BareMetal({
    ramBytes: RAM_BYTES,
    codeBytes: 1,
    compiler: { compileAfterJumps: 1 },
  });
  readonly #watched: readonly string[];

  constructor() {
    this.#watched = this.machine.processor
      .registerNames()
      .filter(({ group }) => group !== "control")
      .map(({ name }) => name)
      .concat("fcsr", "mcause", "mtval", "mepc", "mstatus");
  }

  /**
   * Executes one instruction. @returns what is there then and what should be: the two must be equal.
   * @param isCompiled it was executed once before, so that the jump to it compiles it
   */
  execute(
    word: number,
    before: Values,
    after: Values,
    isCompiled: boolean,
  ): { actual: Values; expected: Values } {
    const { machine } = this;
    // An interrupt that pends, though it is not taken, keeps a WFI from waiting, and wakes from the last one.
    machine.set("mie", SOFTWARE_INTERRUPT);
    machine.set("mip", SOFTWARE_INTERRUPT);
    machine.set("mstatus", FS_INITIAL);
    machine.set("pc", BigInt(RAM_BASE));
    machine.load([word]);
    machine.run(1);
    machine.set("mie", 0n);
    machine.set("mip", 0n);
    for (const name of this.#watched) machine.set(name, 0n);
    machine.set("mstatus", FS_INITIAL);
    machine.set("priv", 3n);
    machine.set("mtvec", BigInt(RAM_BASE + HANDLER));
    machine.set("pc", BigInt(RAM_BASE));
    if (!isCompiled) machine.load([word]);
    for (const [name, value] of Object.entries(before)) this.#write(name, value);
    const expected = this.#read();
    expected["pc"] = BigInt((word & 3) === 3 ? 4 : 2);
    for (const [name, value] of Object.entries(after)) expected[name] = BigInt.asUintN(64, value);
    expected["steps"] = 1n;
    const steps = BigInt(machine.run(1));
    const actual: Record<string, bigint> = { ...this.#read(), steps };
    for (const name of Object.keys(after)) {
      if (name.startsWith("m") && !this.#watched.includes(name)) actual[name] = this.#word(name);
    }
    // Writes to f registers and flags make FS dirty; a trap changes mstatus.
    if (!("mstatus" in after)) {
      const usual = [FS_INITIAL, FS_DIRTY, FS_INITIAL | MPP_M];
      if (usual.includes(actual["mstatus"] ?? 0n)) delete actual["mstatus"];
      delete expected["mstatus"];
    }
    return { actual, expected };
  }

  #read(): Record<string, bigint> {
    const { machine } = this;
    const values = Object.fromEntries(this.#watched.map((name) => [name, machine.get(name)]));
    values["pc"] = BigInt.asUintN(64, machine.get("pc") - BigInt(RAM_BASE));
    return values;
  }

  #word(name: string): bigint {
    return this.machine.memory.readU64(Number(name.slice(1)));
  }

  #write(name: string, value: bigint): void {
    if (/^m\d/.test(name)) {
      this.machine.memory.writeU64(Number(name.slice(1)), BigInt.asUintN(64, value));
    } else this.machine.set(name, name === "pc" ? value + BigInt(RAM_BASE) : value);
  }
}

/** Runs the cases, and demands at least one for every row. */
export function testRows(rows: readonly Row[], cases: readonly Case[]): void {
  const machine = new RowMachine();
  const nameOf = (assembly: string): string => assembly.split(" ")[0] ?? "";

  it("has a case for every row", () => {
    const tested = new Set(cases.map(([assembly]) => nameOf(assembly)));
    expect(rows.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  describe.each(rows.map(({ name }) => name))("%s", (name) => {
    const own = cases.filter(([assembly]) => nameOf(assembly) === name);
    it.each(own.map((entry, index) => [`${index + 1}: ${entry[0]}`, entry] as const))(
      "%s",
      (_title, [assembly, before, after]) => {
        for (const isCompiled of [false, true]) {
          const { actual, expected } = machine.execute(
            assemble(assembly),
            before,
            after,
            isCompiled,
          );
          expect(actual, isCompiled ? "compiled" : "interpreted").toEqual(expected);
        }
      },
    );
  });
}

/** Result of a register-register instruction on x1 and x2. */
export function rrr(
  name: string,
  ...rows: readonly (readonly [a: bigint, b: bigint, result: bigint])[]
): Case[] {
  return rows.map(([a, b, result]) => [`${name} x3, x1, x2`, { x1: a, x2: b }, { x3: result }]);
}

/** Result of a register-immediate instruction on x1. */
export function rri(
  name: string,
  ...rows: readonly (readonly [a: bigint, imm: number, result: bigint])[]
): Case[] {
  return rows.map(([a, imm, result]) => [`${name} x3, x1, ${imm}`, { x1: a }, { x3: result }]);
}

/** Result of an instruction with one source. */
export function unary(
  name: string,
  ...rows: readonly (readonly [a: bigint, result: bigint])[]
): Case[] {
  return rows.map(([a, result]) => [`${name} x3, x1`, { x1: a }, { x3: result }]);
}
