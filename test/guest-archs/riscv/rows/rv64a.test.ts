import { describe, expect, it } from "vitest";
import { RV64A } from "../../../../guest-archs/riscv/rows/rv64a.ts";
import { program } from "../assemble.ts";
import { BareMetal, RAM_BASE } from "../bare-metal.ts";
import { type Case, testRows, type Values } from "../row-cases.ts";

const AT = BigInt(RAM_BASE) + 4096n;
const HANDLER = 0x8000n;
const OLD = 0x0000_0001_8000_0002n;
const WORD_OLD = -0x7fff_fffen;
const KEEP_HIGH = 0x1_0000_0000n;

/** An update of the word at x1 by x2: memory after it, and what x3 gets. */
function update(name: string, operand: bigint, memory: bigint, result: bigint): Case {
  return [
    `${name} x3, x2, (x1)`,
    { x1: AT, x2: operand, m4096: OLD },
    { x3: result, m4096: memory },
  ];
}

const misaligned = (offset: bigint, cause: bigint): Values => ({
  pc: HANDLER,
  mepc: BigInt(RAM_BASE),
  mcause: cause,
  mtval: AT + offset,
});

describe("A", () => {
  testRows(RV64A, [
    update("amoswap.w", 0x5_0000_0007n, KEEP_HIGH | 7n, WORD_OLD),
    update("amoswap.d", -1n, -1n, OLD),
    update("amoadd.w", 0x8000_0000n, KEEP_HIGH | 2n, WORD_OLD),
    update("amoadd.d", -1n, OLD - 1n, OLD),
    update("amoxor.w", 3n, KEEP_HIGH | 0x8000_0001n, WORD_OLD),
    update("amoxor.d", OLD, 0n, OLD),
    update("amoand.w", -2n, OLD, WORD_OLD),
    update("amoand.d", 2n, 2n, OLD),
    update("amoor.w", 0xffn, KEEP_HIGH | 0x8000_00ffn, WORD_OLD),
    update("amoor.d", -1n, -1n, OLD),
    update("amomin.w", 1n, OLD, WORD_OLD),
    update("amomin.w", -0x8000_0000n, KEEP_HIGH | 0x8000_0000n, WORD_OLD),
    update("amomin.d", -5n, -5n, OLD),
    update("amomin.d", 2n ** 62n, OLD, OLD),
    update("amomax.w", 1n, KEEP_HIGH | 1n, WORD_OLD),
    update("amomax.w", 0xffff_ffff_8000_0000n, OLD, WORD_OLD),
    update("amomax.d", -5n, OLD, OLD),
    update("amominu.w", 1n, KEEP_HIGH | 1n, WORD_OLD),
    update("amominu.w", 0xffff_ffffn, OLD, WORD_OLD),
    update("amominu.d", -5n, OLD, OLD),
    update("amomaxu.w", 1n, OLD, WORD_OLD),
    update("amomaxu.w", 0xffff_ffffn, KEEP_HIGH | 0xffff_ffffn, WORD_OLD),
    update("amomaxu.d", -5n, -5n, OLD),
    ["amoadd.d x1, x1, (x1)", { x1: AT, m4096: 1n }, { x1: 1n, m4096: AT + 1n }],
    ["amoadd.w x3, x2, (x1)", { x1: AT + 2n, m4096: OLD }, misaligned(2n, 6n)],
    ["lr.w x3, (x1)", { x1: AT, m4096: OLD }, { x3: WORD_OLD }],
    ["lr.d x3, (x1)", { x1: AT, m4096: OLD }, { x3: OLD }],
    ["lr.d x3, (x1)", { x1: AT + 4n, m4096: OLD }, misaligned(4n, 4n)],
    // No reservation: nothing is stored.
    ["sc.w x3, x2, (x1)", { x1: AT, x2: 9n, m4096: OLD }, { x3: 1n, m4096: OLD }],
    ["sc.d x3, x2, (x1)", { x1: AT, x2: 9n, m4096: OLD }, { x3: 1n, m4096: OLD }],
    ["sc.d x3, x2, (x1)", { x1: AT + 4n, m4096: OLD }, misaligned(4n, 6n)],
  ]);

  /** Runs a program with x1 = an address with 5 there and x2 = 9. */
  function run(text: string): BareMetal {
    const machine = new BareMetal({ ramBytes: 65_536 });
    machine.load(program(text));
    machine.memory.writeU64(4096, 5n);
    machine.set("x1", AT);
    machine.set("x2", 9n);
    machine.run(program(text).length);
    return machine;
  }

  it.each(["w", "d"])(
    "sc.%s stores once under a reservation, first on a miss and then on a hit",
    (size) => {
      const machine = run(`
      lr.${size} x3, (x1)
      sc.${size} x4, x2, (x1)
      sc.${size} x5, x2, (x1)
      addi x2, x2, 1
      lr.${size} x6, (x1)
      sc.${size} x7, x2, (x1)
      sc.${size} x8, x0, (x1)`);
      expect(["x3", "x4", "x5", "x6", "x7", "x8"].map((name) => machine.get(name))).toEqual([
        5n,
        0n,
        1n,
        9n,
        0n,
        1n,
      ]);
      expect(machine.memory.readU64(4096)).toBe(10n);
    },
  );

  it("fails a store to another address than the reserved one", () => {
    const machine = run("lr.w x3, (x1)\naddi x1, x1, 8\nsc.w x4, x2, (x1)");
    expect(machine.get("x4")).toBe(1n);
    expect(machine.memory.readU64(4104)).toBe(0n);
  });

  it("loses the reservation to a trap", () => {
    const machine = new BareMetal({ ramBytes: 65_536 });
    machine.load(program("lr.w x3, (x1)\necall"));
    machine.load(program("sc.w x4, x2, (x1)"), 256);
    machine.set("x1", AT);
    machine.set("mtvec", BigInt(RAM_BASE + 256));
    machine.run(3);
    expect(machine.get("x4")).toBe(1n);
  });
});
