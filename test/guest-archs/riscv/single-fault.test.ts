// One instruction of every form with one fault in it: what it does then, worked out by hand.
import { describe, expect, it } from "vitest";
import type { FaultyStep, InstructionFault } from "../../../core/index.ts";
import { assemble, program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BASE = BigInt(RAM_BASE);
const DATA = 0x1000;
const AT_DATA = BASE + BigInt(DATA);
const HANDLER = BASE + 0x8000n;
const UART = 0x1000_0000n;
const FLOATS_ON = 3n << 13n;

/** The program in x1 and x2 addresses: x2 leads to DATA, which counts up from 0x80, x3 holds its own pattern. */
function machineWith(words: readonly number[]): BareMetal {
  const machine = new BareMetal();
  machine.load(words);
  machine.set("mtvec", HANDLER);
  machine.set("mstatus", FLOATS_ON);
  machine.set("x2", AT_DATA);
  machine.set("x3", 0x0123_4567_89ab_cdefn);
  machine.set("x10", AT_DATA);
  machine.set("x11", 0x0123_4567_89ab_cdefn);
  machine.set("f3", 0x0123_4567_89ab_cdefn);
  for (let i = 0; i < 64; i += 1) machine.memory.writeU8(DATA + i, 0x80 + i);
  return machine;
}

function hit(words: readonly number[], fault: InstructionFault): [BareMetal, FaultyStep] {
  const machine = machineWith(words);
  const faults = machine.processor.faults;
  if (faults === undefined) throw new Error("there are no faults");
  return [machine, faults.step(fault)];
}

const BITS = { bit: 3, width: 1 } as const;

describe("a bit of the data that a load reads", () => {
  it.each([
    ["lb x5, 0(x2)", 7, 0x00n],
    ["lb x5, 0(x2)", 0, 0xffff_ffff_ffff_ff81n],
    ["lbu x5, 0(x2)", 7, 0x00n],
    ["lh x5, 0(x2)", 15, 0x0180n],
    ["lhu x5, 0(x2)", 0, 0x8181n],
    ["lw x5, 0(x2)", 31, 0x0382_8180n],
    ["lwu x5, 0(x2)", 4, 0x8382_8190n],
    ["ld x5, 0(x2)", 63, 0x0786_8584_8382_8180n],
    ["ld x5, 1(x2)", 0, 0x8887_8685_8483_8280n],
    ["lr.w x5, (x2)", 31, 0x0382_8180n],
    ["lr.d x5, (x2)", 1, 0x8786_8584_8382_8182n],
    ["flw f5, 0(x2)", 31, 0xffff_ffff_0382_8180n],
    ["fld f5, 0(x2)", 0, 0x8786_8584_8382_8181n],
  ])("%s, bit %i", (text, bit, expected) => {
    const [machine, { what }] = hit(program(text), { site: "load-data", bit, width: 1 });
    expect(machine.get(text.startsWith("f") ? "f5" : "x5")).toBe(expected);
    expect(what).toContain(`${text} at 0x80000000, bit ${bit} of the data loaded from 0x8000100`);
    expect(machine.memory.readU64(DATA)).toBe(0x8786_8584_8382_8180n);
  });

  it("of a compressed load: c.ld x12, 0(x10)", () => {
    const [machine] = hit([0x6110], { site: "load-data", bit: 8, width: 2 });
    expect(machine.get("x12")).toBe(0x8786_8584_8382_8280n);
    expect(machine.get("pc")).toBe(BASE + 2n);
  });

  it("is seen by an atomic operation, in what it computes and in what it gives", () => {
    const [machine] = hit(program("amoadd.w x5, x3, (x2)"), {
      site: "load-data",
      bit: 31,
      width: 1,
    });
    expect(machine.get("x5")).toBe(0x0382_8180n);
    expect(machine.memory.readU32(DATA)).toBe((0x0382_8180 + 0x89ab_cdef) >>> 0);
    expect(machine.memory.readU32(DATA + 4)).toBe(0x8786_8584);
  });

  it("comes from a device as well", () => {
    const machine = machineWith(program("lbu x5, 4(x2)"));
    machine.set("x2", UART);
    machine.processor.faults?.step({ site: "load-data", bit: 0, width: 1 });
    expect(machine.get("x5")).toBe(0x80n);
  });

  it("is none of a load that is too narrow, traps, or is no load", () => {
    for (const [text, bit] of [
      ["lw x5, 0(x2)", 32],
      ["lb x5, 0(x2)", 8],
      ["ld x5, 0(x0)", 0],
      ["sd x3, 0(x2)", 0],
      ["sc.d x5, x3, (x2)", 0],
    ] as const) {
      const [machine, { what, executed }] = hit(program(text), {
        site: "load-data",
        bit,
        width: 1,
      });
      const [plain] = hit(program(text), { site: "branch" });
      expect(what).toBeUndefined();
      expect(executed).toBeDefined();
      expect(machine.processor.registers()).toEqual(plain.processor.registers());
    }
  });
});

describe("a bit of the data that a store writes", () => {
  it.each([
    ["sb x3, 0(x2)", 3, 0x8786_8584_8382_81e7n],
    ["sh x3, 0(x2)", 15, 0x8786_8584_8382_4defn],
    ["sw x3, 0(x2)", 0, 0x8786_8584_89ab_cdeen],
    ["sd x3, 0(x2)", 63, 0x8123_4567_89ab_cdefn],
    ["fsw f3, 0(x2)", 0, 0x8786_8584_89ab_cdeen],
    ["fsd f3, 0(x2)", 63, 0x8123_4567_89ab_cdefn],
    ["amoswap.d x5, x3, (x2)", 63, 0x8123_4567_89ab_cdefn],
    ["amoadd.w x5, x0, (x2)", 0, 0x8786_8584_8382_8181n],
  ])("%s, bit %i", (text, bit, expected) => {
    const [machine, { what }] = hit(program(text), { site: "store-data", bit, width: 1 });
    expect(machine.memory.readU64(DATA)).toBe(expected);
    expect(machine.get("x3")).toBe(0x0123_4567_89ab_cdefn);
    // An atomic operation gives what was there before.
    expect(machine.get("x5") & 0xffn).toBe(text.startsWith("amo") ? 0x80n : 0n);
    expect(what).toContain("of the data stored to 0x80001000");
  });

  it("of a compressed store: c.sd x11, 0(x10)", () => {
    const [machine] = hit([0xe10c], { site: "store-data", bit: 0, width: 4 });
    expect(machine.memory.readU64(DATA)).toBe(0x0123_4567_89ab_cde0n);
  });

  it("of a store-conditional that succeeds", () => {
    const machine = machineWith(program("lr.d x5, (x2)\nsc.d x6, x3, (x2)"));
    machine.run(1);
    machine.processor.faults?.step({ site: "store-data", bit: 0, width: 1 });
    expect(machine.get("x6")).toBe(0n);
    expect(machine.memory.readU64(DATA)).toBe(0x0123_4567_89ab_cdeen);
  });

  it("across a page border", () => {
    const machine = machineWith(program("sd x3, -3(x4)"));
    machine.set("x4", BASE + 0x2000n);
    machine.processor.faults?.step({ site: "store-data", bit: 63, width: 1 });
    expect(machine.memory.readU64(0x2000 - 3)).toBe(0x8123_4567_89ab_cdefn);
  });
});

describe("a bit of the address of an access", () => {
  it.each([
    ["ld x5, 0(x2)", 3, 0x8f8e_8d8c_8b8a_8988n],
    ["lb x5, 0(x2)", 0, 0xffff_ffff_ffff_ff81n],
    ["fld f5, 0(x2)", 4, 0x9796_9594_9392_9190n],
    ["lr.d x5, (x2)", 3, 0x8f8e_8d8c_8b8a_8988n],
    ["amoor.d x5, x0, (x2)", 3, 0x8f8e_8d8c_8b8a_8988n],
    ["ld x2, 0(x2)", 3, 0x8f8e_8d8c_8b8a_8988n],
  ])("loaded by %s, bit %i", (text, bit, expected) => {
    const [machine, { what }] = hit(program(text), { site: "load-address", bit, width: 1 });
    expect(machine.get(text.split(/[ ,]/)[1] ?? "")).toBe(expected);
    expect(what).toContain(`0x80001000 -> 0x${(AT_DATA ^ (1n << BigInt(bit))).toString(16)}`);
  });

  it.each([
    ["sd x3, 0(x2)", 3],
    ["fsd f3, 0(x2)", 4],
    ["amoswap.d x5, x3, (x2)", 3],
  ])("stored by %s, bit %i: missed where it was meant to go", (text, bit) => {
    const [machine] = hit(program(text), { site: "store-address", bit, width: 1 });
    expect(machine.memory.readU64(DATA + 2 ** bit)).toBe(0x0123_4567_89ab_cdefn);
    expect(machine.memory.readU64(DATA)).toBe(0x8786_8584_8382_8180n);
    expect(machine.get("x2")).toBe(AT_DATA);
  });

  it("stored by a store of its own base", () => {
    const [machine] = hit(program("sd x2, 8(x2)"), { site: "store-address", bit: 4, width: 1 });
    expect(machine.memory.readU64(DATA + 24)).toBe(AT_DATA);
  });

  it("may lead nowhere: the trap tells the wrong address", () => {
    const [machine, { what }] = hit(program("ld x5, 0(x2)"), {
      site: "load-address",
      bit: 40,
      width: 1,
    });
    expect(machine.get("pc")).toBe(HANDLER);
    expect(machine.get("mcause")).toBe(5n);
    expect(machine.get("mtval")).toBe(AT_DATA | (1n << 40n));
    expect(what).toContain("-> 0x10080001000");
  });

  it("may make an atomic operation misaligned", () => {
    const [machine] = hit(program("amoadd.d x5, x3, (x2)"), {
      site: "store-address",
      bit: 0,
      width: 1,
    });
    expect(machine.get("mcause")).toBe(6n);
    expect(machine.memory.readU64(DATA)).toBe(0x8786_8584_8382_8180n);
  });

  it("loses the reservation of a store-conditional", () => {
    const machine = machineWith(program("lr.d x5, (x2)\nsc.d x6, x3, (x2)"));
    machine.run(1);
    machine.processor.faults?.step({ site: "store-address", bit: 3, width: 1 });
    expect(machine.get("x6")).toBe(1n);
    expect(machine.memory.readU64(DATA + 8)).toBe(0x8f8e_8d8c_8b8a_8988n);
  });
});

describe("a branch that goes the other way", () => {
  it.each([
    ["beq x2, x2, 16", 4n],
    ["bne x2, x2, 16", 16n],
    ["blt x2, x0, 16", 16n],
    ["bge x2, x0, 16", 4n],
    ["bltu x0, x2, 16", 4n],
    ["bgeu x0, x2, 16", 16n],
  ])("%s goes on at +%i", (text, distance) => {
    const [machine, { what }] = hit(program(text), { site: "branch" });
    expect(machine.get("pc")).toBe(BASE + distance);
    expect(what).toBe(`${text} at 0x80000000: goes on at 0x${(BASE + distance).toString(16)}`);
  });

  it("is compressed: c.beqz x10, 8 is taken", () => {
    const [machine] = hit([0xc501], { site: "branch" });
    expect(machine.get("pc")).toBe(BASE + 8n);
  });

  it("is no jump", () => {
    expect(hit(program("jal x1, 16"), { site: "branch" })[1].what).toBeUndefined();
    expect(hit(program("jalr x1, 0(x2)"), { site: "branch" })[1].what).toBeUndefined();
  });
});

describe("an instruction word with a wrong bit", () => {
  const flip = (bit: number, width = 1): InstructionFault => ({ site: "instruction", bit, width });

  it("is another instruction, once, and memory keeps the right one", () => {
    const text = "addi x5, x2, 1";
    // Bit 12 of addi makes it slli.
    const [machine, { what }] = hit(program(text), flip(12));
    expect(machine.get("x5")).toBe((AT_DATA << 1n) & 0xffff_ffff_ffff_ffffn);
    expect(what).toContain("slli x5, x2, 1");
    expect(machine.memory.readU32(0)).toBe(assemble(text));
    machine.set("pc", BASE);
    machine.run(1);
    expect(machine.get("x5")).toBe(AT_DATA + 1n);
  });

  it("was executed right before, and is so afterwards, whatever is decoded", () => {
    const machine = machineWith(program("addi x5, x5, 1\njal x0, -4"));
    machine.run(100);
    machine.processor.faults?.step(flip(20));
    expect(machine.get("x5")).toBe(50n);
    machine.run(99);
    expect(machine.get("x5")).toBe(99n);
  });

  it("may be an illegal one", () => {
    const [machine] = hit(program("addi x5, x2, 1"), flip(2, 2));
    expect(machine.get("mcause")).toBe(2n);
    expect(machine.get("mtval")).toBe(BigInt(assemble("addi x5, x2, 1") ^ 12));
  });

  it("may be a shorter or a longer one", () => {
    // Without its two lowest bits, the lower half of addi x5, x2, 1 is c.addi4spn x12, 320.
    const [shorter] = hit(program("addi x5, x2, 1"), flip(0, 2));
    expect(shorter.get("x12")).toBe(AT_DATA + 320n);
    expect(shorter.get("pc")).toBe(BASE + 2n);
    // c.slli x5, 4 with bit 0 set, and what follows it, are addi x5, x2, 1.
    const [longer, { what }] = hit([0x0292, 0x0011], flip(0));
    expect(longer.get("x5")).toBe(AT_DATA + 1n);
    expect(longer.get("pc")).toBe(BASE + 4n);
    expect(what).toContain("0x292 -> 0x293, a longer one");
  });

  it("across a page border", () => {
    const machine = machineWith([]);
    machine.load(program("addi x5, x2, 1"), 4096 - 2);
    machine.set("pc", BASE + 4096n - 2n);
    machine.processor.faults?.step(flip(20));
    expect(machine.get("x5")).toBe(AT_DATA);
    expect(machine.get("pc")).toBe(BASE + 4096n + 2n);
  });

  it("is none of a compressed one that has no such bit", () => {
    const [machine, { what }] = hit([0x828a], flip(16));
    expect(what).toBeUndefined();
    expect(machine.get("x5")).toBe(AT_DATA);
  });
});

describe("a fault in one instruction", () => {
  it("is over with it", () => {
    for (const fault of [
      { site: "load-data", ...BITS },
      { site: "load-address", ...BITS },
      { site: "instruction", ...BITS },
    ] as const) {
      const machine = machineWith(program("ld x5, 0(x2)\nld x6, 0(x2)\nld x7, 8(x2)"));
      machine.processor.faults?.step(fault);
      machine.set("pc", BASE + 4n);
      machine.run(2);
      expect(machine.get("x6")).toBe(0x8786_8584_8382_8180n);
      expect(machine.get("x7")).toBe(0x8f8e_8d8c_8b8a_8988n);
    }
  });

  it("does nothing where an interrupt is taken instead", () => {
    const machine = machineWith(program("ld x5, 0(x2)"));
    machine.set("mie", 8n);
    machine.set("mip", 8n);
    machine.set("mstatus", 8n);
    const step = machine.processor.faults?.step({ site: "load-data", ...BITS });
    expect(step).toMatchObject({ executed: { kind: "interrupted" }, what: undefined });
    expect(machine.get("pc")).toBe(HANDLER);
  });

  it("does nothing where nothing can be fetched", () => {
    const machine = machineWith([]);
    machine.set("pc", 0x10n);
    const step = machine.processor.faults?.step({ site: "instruction", ...BITS });
    expect(step).toMatchObject({ executed: { kind: "trapped" }, what: undefined });
  });
});
