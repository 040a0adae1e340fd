// Host addresses above 2 GiB, where 32-bit integers are negative: in generated code and in the slow paths.
import { describe, expect, it } from "vitest";
import { PAGE_BYTES } from "../../../core/index.ts";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const RAM_BYTES = 2 * 1024 ** 3;
/** Last pages of RAM. */
const CODE = RAM_BYTES - 2 * PAGE_BYTES;
const DATA = BigInt(RAM_BASE + RAM_BYTES - 4 * PAGE_BYTES);

function machineWith(text: string): BareMetal {
  const machine = new BareMetal({ ramBytes: RAM_BYTES });
  machine.load(program(text), CODE);
  machine.set("pc", BigInt(RAM_BASE + CODE));
  machine.set("mtvec", BigInt(RAM_BASE));
  machine.set("x1", DATA);
  return machine;
}

describe("at the end of 2 GiB of RAM", () => {
  it("code runs, loads, stores and jumps", () => {
    const machine = machineWith(`
      addi x2, x2, 1
      sd x2, 16(x1)
      ld x3, 16(x1)
      sd x3, -3(x1)
      ld x4, -3(x1)
      lr.d x5, (x1)
      sc.d x6, x2, (x1)
      amoadd.d x7, x2, (x1)
      jal x8, -32`);
    machine.run(9 * 10);
    expect(machine.get("x2")).toBe(10n);
    expect(machine.get("x3")).toBe(10n);
    expect(machine.get("x4")).toBe(10n);
    expect(machine.get("x6")).toBe(0n);
    expect(machine.get("x7")).toBe(10n);
    expect(machine.memory.readU64(RAM_BYTES - 4 * PAGE_BYTES)).toBe(20n);
    expect(machine.get("x8")).toBe(BigInt(RAM_BASE + CODE + 36));
  });

  it("code changes, across pages too", () => {
    const machine = new BareMetal({ ramBytes: RAM_BYTES });
    machine.load(program("addi x5, x5, 1\nsh x2, 0(x1)\njal x0, -8"), CODE + PAGE_BYTES - 2);
    machine.set("pc", BigInt(RAM_BASE + CODE + PAGE_BYTES - 2));
    machine.set("x1", BigInt(RAM_BASE + CODE + PAGE_BYTES));
    machine.set("x2", BigInt((program("addi x5, x5, 100")[0] ?? 0) >>> 16));
    machine.run(6);
    expect(machine.get("x5")).toBe(101n);
  });

  it("the last byte is RAM and the next one is not", () => {
    const machine = machineWith("lbu x2, -1(x3)\nlbu x2, 0(x3)");
    machine.set("x3", BigInt(RAM_BASE) + BigInt(RAM_BYTES));
    machine.memory.writeU8(RAM_BYTES - 1, 0x99);
    machine.run(2);
    expect(machine.get("x2")).toBe(0x99n);
    expect(machine.get("mcause")).toBe(5n);
    expect(machine.get("mtval")).toBe(BigInt(RAM_BASE) + BigInt(RAM_BYTES));
  });
});
