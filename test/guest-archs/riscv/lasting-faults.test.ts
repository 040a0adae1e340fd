// Faults that stay: stuck bits and damaged translations, worked out by hand.
import { describe, expect, it } from "vitest";
import type { LastingFault, StuckFault, TranslationFault } from "../../../core/index.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BASE = BigInt(RAM_BASE);
const PAGE = 4096n;
const COUNT = "addi x5, x5, 1\njal x0, -4";

function machineWith(text: string): BareMetal {
  const machine = new BareMetal();
  machine.load(program(text));
  machine.set("mtvec", BASE + 0x8000n);
  return machine;
}

function stick(machine: BareMetal, fault: StuckFault): LastingFault {
  const lasting = machine.processor.faults?.stick(fault);
  if (lasting === undefined) throw new Error("there are no faults");
  return lasting;
}

function damage(machine: BareMetal, fault: Omit<TranslationFault, "width">): LastingFault {
  const lasting = machine.processor.faults?.damageTranslation({ ...fault, width: 1 });
  if (lasting === undefined) throw new Error("nothing was damaged");
  return lasting;
}

describe("stuck bits", () => {
  it("of a register hold at every instruction, until they are released", () => {
    const machine = machineWith(COUNT);
    const fault = stick(machine, { site: "register", register: "x5", bit: 0, width: 1, value: 1 });
    expect(fault.what).toBe("x5 bit 0 stuck at 1");
    expect(machine.get("x5")).toBe(1n);
    // 1, 2 read as 3, 4 read as 5 ...
    machine.run(20);
    expect(machine.get("x5")).toBe(21n);
    fault.release();
    machine.run(20);
    expect(machine.get("x5")).toBe(31n);
  });

  it("at 0 keep a loop from counting, in code that was compiled before", () => {
    const machine = new BareMetal({ compiler: { compileAfterJumps: 1 } });
    machine.load(program(COUNT));
    for (let run = 0; run < 50; run += 1) machine.run(100);
    expect(machine.get("x5")).toBe(2500n);
    stick(machine, { site: "register", register: "x5", bit: 3, width: 61, value: 0 });
    machine.run(1000);
    // 2500 modulo 8, and 500 more.
    expect(machine.get("x5")).toBe(0n);
  });

  it("of two registers and of the zero of a result hold together", () => {
    const machine = machineWith("addi x5, x0, 7\nxori x6, x5, 15\nadd x7, x5, x6\nld x8, 0(x9)");
    machine.set("x9", BASE + 0x1000n);
    machine.memory.writeU64(0x1000, 0xffn);
    stick(machine, { site: "register", register: "x5", bit: 0, width: 1, value: 0 });
    stick(machine, { site: "register", register: "x6", bit: 8, width: 1, value: 1 });
    stick(machine, { site: "result", bit: 1, width: 1, value: 0 });
    machine.run(4);
    // 7 without bit 1 is 5, stuck 4; 4 ^ 15 is 11, without bit 1 is 9, stuck 0x109; the sum 0x10d.
    expect(machine.get("x5")).toBe(4n);
    expect(machine.get("x6")).toBe(0x109n);
    expect(machine.get("x7")).toBe(0x10dn);
    // A load is no result of the integer unit.
    expect(machine.get("x8")).toBe(0xffn);
  });

  it("of a control register hold against what traps write", () => {
    const machine = machineWith("ecall");
    stick(machine, { site: "register", register: "mcause", bit: 1, width: 1, value: 0 });
    machine.run(1);
    expect(machine.get("mcause")).toBe(9n);
  });

  it("of a control register hold against what instructions write", () => {
    const machine = machineWith("csrrw x0, 0x340, x5\ncsrrs x6, 0x340, x0");
    machine.set("x5", 0xffn);
    stick(machine, { site: "register", register: "mscratch", bit: 0, width: 4, value: 0 });
    machine.run(2);
    expect(machine.get("x6")).toBe(0xf0n);
  });

  it("of the pc lead elsewhere", () => {
    const machine = machineWith("addi x5, x5, 1\naddi x6, x6, 1\naddi x7, x7, 1\naddi x8, x8, 1");
    stick(machine, { site: "register", register: "pc", bit: 2, width: 1, value: 0 });
    machine.run(4);
    expect([5, 6, 7, 8].map((n) => machine.get(`x${n}`))).toEqual([4n, 0n, 0n, 0n]);
  });

  it("are gone where another state is restored", () => {
    const machine = machineWith(COUNT);
    const writer = new BinaryStateWriter();
    machine.processor.save(writer);
    stick(machine, { site: "register", register: "x5", bit: 0, width: 1, value: 1 });
    machine.processor.restore(new BinaryStateReader(writer.finish()));
    machine.run(20);
    expect(machine.get("x5")).toBe(10n);
  });
});

describe("a damaged translation", () => {
  const ACCESSES = `
    ld x5, 0(x2)
    ld x6, -4(x2)
    sd x7, 8(x2)
    ld x8, 8(x2)
    amoadd.d x9, x0, (x2)
    ld x11, 0(x3)`;

  function machine(): BareMetal {
    const made = machineWith(ACCESSES.trim());
    made.set("x2", BASE + PAGE);
    made.set("x3", BASE + 3n * PAGE);
    made.set("x7", 0x77n);
    for (let page = 1; page < 6; page += 1) {
      for (let at = 0; at < 4096; at += 8) made.memory.writeU64(page * 4096 + at, BigInt(page));
    }
    return made;
  }

  it("of loads leads them to another page, stores not", () => {
    const wrong = machine();
    const fault = damage(wrong, { table: "read", field: "page", bit: 2 });
    expect(fault.what).toBe(
      "read entry of page 0x80001, bit 2 of its physical page: 0x80001 -> 0x80005",
    );
    wrong.run(6);
    expect(wrong.get("x5")).toBe(5n);
    // Half of it lies in the page before, whose translation is right.
    expect(wrong.get("x6")).toBe(5n << 32n);
    expect(wrong.memory.readU64(4096 + 8)).toBe(0x77n);
    expect(wrong.get("x8")).toBe(5n);
    // Atomic operations use the translation of stores.
    expect(wrong.get("x9")).toBe(1n);
    expect(wrong.get("x11")).toBe(3n);
  });

  it("of stores leads them to another page, loads not", () => {
    const wrong = machine();
    wrong.run(2);
    damage(wrong, { table: "write", field: "page", bit: 2 });
    wrong.run(3);
    expect(wrong.memory.readU64(4096 + 8)).toBe(1n);
    expect(wrong.memory.readU64(5 * 4096 + 8)).toBe(0x77n);
    expect(wrong.get("x8")).toBe(1n);
    expect(wrong.get("x9")).toBe(5n);
  });

  it("by its tag is found for another page, and not for its own", () => {
    const wrong = machine();
    damage(wrong, { table: "read", field: "tag", bit: 1 });
    wrong.run(6);
    expect(wrong.get("x5")).toBe(1n);
    expect(wrong.get("x11")).toBe(1n);
  });

  it("may lead to where nothing is: an access fault", () => {
    const wrong = machine();
    damage(wrong, { table: "read", field: "page", bit: 40 });
    wrong.run(1);
    expect(wrong.get("pc")).toBe(BASE + 0x8000n);
    expect(wrong.get("mcause")).toBe(5n);
    expect(wrong.get("mtval")).toBe(BASE + PAGE);
  });

  it("of fetches executes what is in the other page", () => {
    const wrong = machineWith("addi x5, x0, 1\njal x0, -4");
    wrong.load(program("addi x6, x0, 2\njal x0, -4"), 4096);
    wrong.run(10);
    damage(wrong, { table: "fetch", field: "page", bit: 0 });
    wrong.run(10);
    expect(wrong.get("x6")).toBe(2n);
    expect(wrong.get("pc")).toBe(BASE);
  });

  it("goes with a fence of the guest, or when it is released", () => {
    const wrong = machineWith("ld x5, 0(x2)\nsfence.vma x0, x0\nld x6, 0(x2)");
    wrong.set("x2", BASE + PAGE);
    wrong.memory.writeU64(4096, 1n);
    wrong.memory.writeU64(2 * 4096, 2n);
    wrong.memory.writeU64(3 * 4096, 3n);
    const fault = { table: "read", field: "page", bit: 1 } as const;
    damage(wrong, fault);
    wrong.run(3);
    expect([wrong.get("x5"), wrong.get("x6")]).toEqual([3n, 1n]);
    wrong.set("pc", BASE);
    damage(wrong, fault).release();
    wrong.run(1);
    expect(wrong.get("x5")).toBe(1n);
  });

  it("is none where the next instruction makes no such access", () => {
    const wrong = machine();
    const faults = wrong.processor.faults;
    const write = { table: "write", field: "page", bit: 1, width: 1 } as const;
    expect(faults?.damageTranslation(write)).toBeUndefined();
    expect(faults?.damageTranslation({ ...write, table: "read" })).toBeDefined();
  });
});
