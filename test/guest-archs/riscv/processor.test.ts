// The processor as a whole: traps, code that changes, instructions across pages, devices, several harts, state.
import { describe, expect, it } from "vitest";
import { disassemble } from "../../../guest-archs/riscv/disassembler.ts";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BASE = BigInt(RAM_BASE);
const HANDLER = 0x8000;
const PAGE = 4096;
const UART = 0x1000_0000n;
const ADDI_X5_1 = "addi x5, x5, 1";
const ADDI_X5_100 = "addi x5, x5, 100";

function machineWith(text: string, offset = 0): BareMetal {
  const machine = new BareMetal({ ramBytes: 128 * 1024 });
  machine.load(program(text), offset);
  machine.set("pc", BASE + BigInt(offset));
  machine.set("mtvec", BASE + BigInt(HANDLER));
  return machine;
}

function wordOf(text: string): bigint {
  return BigInt(program(text)[0] ?? 0);
}

describe("traps", () => {
  /** [title, program, registers, cause, tval, index of the instruction that traps]. */
  const cases: readonly (readonly [
    string,
    string,
    Record<string, bigint>,
    bigint,
    bigint,
    number,
  ])[] = [
    [
      "an illegal instruction",
      "addi x1, x0, 1\ncsrrw x0, 0x5c0, x0",
      {},
      2n,
      wordOf("csrrw x0, 0x5c0, x0"),
      1,
    ],
    ["a load from nowhere", "ld x3, 8(x1)", { x1: 0x1000n }, 5n, 0x1008n, 0],
    ["a store to nowhere", "sw x3, 0(x1)", { x1: 0x1000n }, 7n, 0x1000n, 0],
    ["a load beyond 2^56", "ld x3, 0(x1)", { x1: 2n ** 63n }, 5n, 2n ** 63n, 0],
    ["a jump to nowhere", "jalr x1, 0(x2)", { x2: 0x1000n }, 1n, 0x1000n, -1],
    ["a misaligned access to a device", "lw x3, 1(x1)", { x1: UART }, 5n, UART + 1n, 0],
    ["an atomic on a device", "amoadd.w x3, x2, (x1)", { x1: UART }, 7n, UART, 0],
    [
      "a load across the end of RAM",
      "ld x3, 0(x1)",
      { x1: BASE + 131_068n },
      5n,
      BASE + 131_072n,
      0,
    ],
  ];

  it.each(cases)("of %s is precise", (_title, text, registers, cause, tval, index) => {
    const machine = machineWith(text);
    machine.set("x3", 77n);
    for (const [name, value] of Object.entries(registers)) machine.set(name, value);
    const before = index < 0 ? 1 : index;
    expect(machine.run(before + 1)).toBe(before + 1);
    expect(machine.get("mcause")).toBe(cause);
    expect(machine.get("mtval")).toBe(tval);
    expect(machine.get("mepc")).toBe(index < 0 ? tval : BASE + BigInt(4 * index));
    expect(machine.get("pc")).toBe(BASE + BigInt(HANDLER));
    expect(machine.get("x3")).toBe(77n);
  });

  it("counts a trap as one step, like an instruction", () => {
    const machine = machineWith("ecall");
    machine.load(program("mret"), HANDLER);
    expect(machine.run(1001)).toBe(1001);
    expect(machine.get("pc")).toBe(BASE + BigInt(HANDLER));
    expect(machine.steps).toBe(1001);
  });

  it("writes nothing of a store whose second page faults", () => {
    const machine = machineWith("sd x2, 0(x1)");
    machine.set("x1", BASE + 131_070n);
    machine.set("x2", -1n);
    machine.run(1);
    expect(machine.get("mcause")).toBe(7n);
    expect(machine.get("mtval")).toBe(BASE + 131_072n);
    expect(machine.memory.readU16(131_070)).toBe(0);
  });
});

describe("code that changes", () => {
  it("executes what was stored over the next instruction", () => {
    const machine = machineWith(`
      sw x2, 8(x1)
      addi x6, x6, 1
      ${ADDI_X5_1}
      jal x0, -12`);
    machine.set("x1", BASE);
    machine.set("x2", wordOf(ADDI_X5_1));
    machine.run(4 * 5);
    expect(machine.get("x5")).toBe(5n);
    machine.set("x2", wordOf(ADDI_X5_100));
    machine.run(4 * 5);
    expect(machine.get("x5")).toBe(505n);
  });

  it("executes what was stored, however often the page changes back and forth", () => {
    const machine = machineWith(`
      sw x2, 16(x1)
      xor x2, x2, x4
      addi x7, x7, -1
      fence
      ${ADDI_X5_1}
      bne x7, x0, -20`);
    machine.set("x1", BASE);
    machine.set("x2", wordOf(ADDI_X5_100));
    machine.set("x4", wordOf(ADDI_X5_100) ^ wordOf(ADDI_X5_1));
    machine.set("x7", 40n);
    machine.run(6 * 40);
    expect(machine.get("x5")).toBe(20n * 101n);
  });

  it("changes half of an instruction", () => {
    const machine = machineWith(`
      ${ADDI_X5_1}
      sh x2, 2(x1)
      jal x0, -8`);
    machine.set("x1", BASE);
    machine.set("x2", wordOf(ADDI_X5_1) >> 16n);
    machine.run(6);
    machine.set("x2", wordOf(ADDI_X5_100) >> 16n);
    machine.run(6);
    expect(machine.get("x5")).toBe(3n + 100n);
  });

  it("sees what a device wrote", () => {
    const machine = machineWith(`${ADDI_X5_1}\njal x0, -4`);
    machine.run(10);
    machine.memory.write(0, Uint8Array.from([0x93, 0x82, 0x42, 0x06]));
    machine.run(10);
    expect(disassemble(machine.memory.readU32(0))).toBe(ADDI_X5_100);
    expect(machine.get("x5")).toBe(505n);
  });

  it("changes the second half of an instruction across pages", () => {
    const machine = machineWith(`${ADDI_X5_1}\nsh x2, 0(x1)\njal x0, -8`, PAGE - 2);
    machine.set("x1", BASE + BigInt(PAGE));
    machine.set("x2", wordOf(ADDI_X5_100) >> 16n);
    machine.run(6);
    expect(machine.get("x5")).toBe(101n);
  });

  it("survives a pool too small for the program", () => {
    const machine = new BareMetal({ ramBytes: 256 * 1024, codeBytes: 1 });
    const pages = 32;
    for (let page = 0; page < pages; page += 1) {
      const next = page === pages - 1 ? -(pages - 1) * PAGE - 4 : PAGE - 4;
      machine.load(program(`${ADDI_X5_1}\njal x0, ${next}`), page * PAGE);
    }
    machine.run(2 * pages * 10);
    expect(machine.get("x5")).toBe(BigInt(pages * 10));
    expect(machine.get("pc")).toBe(BASE);
  });
});

describe("an instruction across pages", () => {
  it("executes, jumps and links", () => {
    const machine = machineWith("jal x1, 2048", PAGE - 2);
    machine.run(1);
    expect(machine.get("pc")).toBe(BASE + BigInt(PAGE - 2 + 2048));
    expect(machine.get("x1")).toBe(BASE + BigInt(PAGE + 2));
  });

  it("goes on behind the border", () => {
    const machine = machineWith(`${ADDI_X5_1}\n${ADDI_X5_100}\n${ADDI_X5_1}`, PAGE - 6);
    machine.run(3);
    expect(machine.get("x5")).toBe(102n);
    expect(machine.get("pc")).toBe(BASE + BigInt(PAGE + 6));
  });

  it("faults with the address of the second half and the pc of the first", () => {
    const machine = machineWith("fence", 131_072 - 4);
    machine.memory.writeU16(131_070, 0x0293);
    machine.set("pc", BASE + 131_070n);
    machine.run(1);
    expect(machine.get("mcause")).toBe(1n);
    expect(machine.get("mepc")).toBe(BASE + 131_070n);
    expect(machine.get("mtval")).toBe(BASE + 131_072n);
  });
});

describe("memory accesses", () => {
  it("cross a page border", () => {
    const machine = machineWith("sd x2, 0(x1)\nld x3, 0(x1)\nlw x4, 2(x1)");
    machine.set("x1", BASE + BigInt(2 * PAGE - 3));
    machine.set("x2", 0x0102_0304_0506_0708n);
    machine.run(3);
    expect(machine.get("x3")).toBe(0x0102_0304_0506_0708n);
    expect(machine.get("x4")).toBe(0x0304_0506n);
  });

  it("reach devices aligned, wide ones in two halves with the low one first", () => {
    const machine = machineWith("ld x3, 8(x1)\nsd x2, 16(x1)\nlb x4, 0(x1)\nsb x2, 0(x1)");
    machine.set("x1", UART);
    machine.set("x2", 0x0102_0304_0506_0741n);
    machine.run(4);
    expect(machine.mmio).toEqual([
      "r4 10000008 @0",
      "r4 1000000c @0",
      "w4 10000010 5060741 @1",
      "w4 10000014 1020304 @1",
      "r1 10000000 @2",
      "w1 10000000 41 @3",
    ]);
    expect(machine.get("x3")).toBe(0x8182_8384_8182_8384n);
    expect(machine.get("x4")).toBe(BigInt.asUintN(64, -127n));
    expect(machine.output).toBe("A");
  });

  it("find the frame again after write permission was taken away", () => {
    const machine = machineWith("sd x2, 0(x1)\nld x3, 0(x1)\naddi x2, x2, 1\njal x0, -12");
    machine.set("x1", BASE + 8192n);
    machine.run(8);
    machine.memory.protect();
    expect(machine.memory.isWritable(2)).toBe(false);
    machine.run(2);
    expect(machine.memory.isWritable(2)).toBe(true);
    expect(machine.get("x3")).toBe(2n);
  });
});

describe("leaving", () => {
  it("ends a run right after the instruction that asked for it", () => {
    const machine = machineWith("sw x2, 0(x1)\naddi x5, x0, 1");
    machine.set("x1", 0x10_0000n);
    machine.set("x2", 0x5555n);
    expect(machine.run(100)).toBe(1);
    expect(machine.hasPassed()).toBe(true);
    expect(machine.get("pc")).toBe(BASE + 4n);
    expect(machine.run(1)).toBe(1);
    expect(machine.get("x5")).toBe(1n);
  });

  it("becomes idle in wfi and wakes up for an interrupt", () => {
    const machine = machineWith("wfi\naddi x5, x0, 1");
    machine.set("mie", 2n);
    machine.set("mstatus", 8n);
    expect(machine.run(100)).toBe(1);
    expect(machine.processor.isIdle()).toBe(true);
    expect(machine.run(100)).toBe(0);
    machine.set("mip", 2n);
    expect(machine.processor.isIdle()).toBe(false);
    expect(machine.run(1)).toBe(1);
    expect(machine.get("mepc")).toBe(BASE + 4n);
    expect(machine.get("mcause")).toBe(2n ** 63n + 1n);
  });

  it("counts steps in minstret exactly", () => {
    const machine = machineWith("fence\ncsrrs x3, 0xb02, x0\nfence\ncsrrs x4, 0xb02, x0");
    machine.run(4);
    expect(machine.get("x3")).toBe(1n);
    expect(machine.get("x4")).toBe(3n);
  });
});

describe("single steps", () => {
  it("tell which register was written", () => {
    const machine = machineWith(`
      addi x5, x0, 1
      sd x5, 0(x2)
      flw f3, 0(x2)
      addi x0, x5, 1
      ld x6, 0(x0)`);
    machine.set("x2", BASE + 8192n);
    machine.set("mstatus", 0x2000n);
    const written = Array.from({ length: 5 }, () => machine.processor.stepAndReport());
    expect(written).toEqual(["x5", undefined, "f3", undefined, undefined]);
    expect(machine.get("mcause")).toBe(5n);
  });

  it("see through compressed and page-crossing instructions", () => {
    const machine = machineWith("fence\nfence", PAGE - 4);
    machine.memory.writeU16(PAGE - 4, 0x4505);
    machine.memory.writeU32(PAGE - 2, program(ADDI_X5_1)[0] ?? 0);
    expect(machine.processor.stepAndReport()).toBe("x10");
    expect(machine.processor.stepAndReport()).toBe("x5");
  });
});

describe("registers", () => {
  it("are named, read and written", () => {
    const machine = new BareMetal({ harts: 2 });
    const names = machine.processor.registerNames();
    expect(names[0]).toEqual({ name: "x1", group: "integer", bits: 64 });
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length);
    for (const { name, group, bits } of names) {
      const value = 2n ** BigInt(bits) - (group === "pc" ? 2n : 1n);
      machine.set(name, value);
      expect(machine.get(name)).toBe(value);
    }
    expect(names.some(({ name }) => name === "hart1.satp")).toBe(true);
  });

  it("refuse unknown names", () => {
    expect(() => new BareMetal().get("x0")).toThrow(
      expect.objectContaining({
        code: "XV_ERR_MACHINE_REGISTER",
        value: "x0",
        message: expect.stringMatching(/no register "x0"/),
      }),
    );
  });
});
