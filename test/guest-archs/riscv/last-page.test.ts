// The last page of the address space: kernels that mistake an error code for a pointer access it.
import { describe, expect, it } from "vitest";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const HANDLER = 0x100;
const ALL_ONES = (1n << 64n) - 1n;

const ACCESSES = ["lb", "lbu", "lh", "lw", "ld", "sb", "sh", "sw", "sd"].flatMap((name) =>
  [1, 2, 4, 8, 25].map((distance) => [`${name} x3, ${-distance}(x2)`] as const),
);

describe.each([0, 1])("with code compiled after %i jumps", (compileAfterJumps) => {
  it.each(ACCESSES)("%s traps, however often", (access) => {
    const machine = new BareMetal({ ramBytes: 64 * 1024, compiler: { compileAfterJumps } });
    machine.load(program(`addi x4, x4, 1\n${access}\njal x0, -8`));
    machine.load(
      program(`csrrs x5, 0x341, x0\naddi x5, x5, 4\ncsrrw x0, 0x341, x5\naddi x6, x6, 1\nmret`),
      HANDLER,
    );
    machine.set("mtvec", BigInt(RAM_BASE + HANDLER));
    machine.run(200);
    expect(machine.get("x4")).toBe(25n);
    expect(machine.get("x6")).toBe(25n);
    expect(machine.get("mtval")).toBeGreaterThan(ALL_ONES - 26n);
    expect(machine.get("mcause")).toBe(access.startsWith("l") ? 5n : 7n);
  });
});
