// Cached translations never show: every access sees page tables as they are, whatever was dropped from caches when.
import { describe, expect, it } from "vitest";
import { program } from "./assemble.ts";
import { BareMetal, RAM_BASE } from "./bare-metal.ts";

const BASE = BigInt(RAM_BASE);
const ROOT = 0x1_0000;
const HANDLER = 0x8000;
/** Another view of RAM: virtual 0 is the first byte. */
const ALIAS = 0n;
const DATA = 0x2000n;
const SV39 = 8n << 60n;
const MPRV_AS_S = (1n << 17n) | (1n << 11n);
const A = 0x40n;
const D = 0x80n;
/** Leaf for S-mode, RWX. */
const LEAF = 0xfn;
const RAM_LEAF = ((BASE >> 12n) << 10n) | LEAF;

/** Data accesses are translated, at S privilege; code is not. Virtual RAM_BASE up maps to itself. */
function machineWith(text: string, harts = 1): BareMetal {
  const machine = new BareMetal({ harts, ramBytes: 256 * 1024 });
  machine.load(program(text));
  machine.load(program("jal x0, 0"), HANDLER);
  machine.memory.writeU64(ROOT + 16, RAM_LEAF | A | D);
  machine.memory.writeU64(ROOT, RAM_LEAF);
  for (let hart = 0; hart < harts; hart += 1) {
    const prefix = hart === 0 ? "" : `hart${hart}.`;
    machine.set(`${prefix}mtvec`, BASE + BigInt(HANDLER));
    // One PMP entry opens everything to S.
    machine.set(`${prefix}pmpaddr0`, (1n << 54n) - 1n);
    machine.set(`${prefix}pmpcfg0`, 0x1fn);
    machine.set(`${prefix}satp`, SV39 | (BigInt(RAM_BASE + ROOT) >> 12n));
    machine.set(`${prefix}mstatus`, MPRV_AS_S);
    machine.set(`${prefix}x1`, ALIAS + DATA);
    machine.set(`${prefix}x4`, BASE + BigInt(ROOT));
  }
  return machine;
}

/** What the caches hold differs most between a run in one go and one that loses them after each step. */
const WAYS: readonly (readonly [string, (machine: BareMetal, steps: number) => void])[] = [
  ["in one go", (machine, steps) => void machine.run(steps)],
  [
    "with caches dropped after each step",
    (machine, steps) => {
      for (let step = 0; step < steps; step += 1) {
        machine.run(1);
        machine.memory.protect();
      }
    },
  ],
];

describe.each(WAYS)("without sfence.vma, %s", (_title, run) => {
  it("an accessed bit that was cleared is set by the next access", () => {
    const machine = machineWith("ld x3, 0(x1)\nsd x2, 0(x4)\nld x3, 0(x1)\nld x5, 0(x4)");
    machine.set("x2", RAM_LEAF);
    run(machine, 4);
    expect(machine.get("x5")).toBe(RAM_LEAF | A);
  });

  it("a dirty bit that was cleared is set by the next store", () => {
    const machine = machineWith("sd x3, 0(x1)\namoand.d x0, x2, (x4)\nsd x3, 8(x1)\nld x5, 0(x4)");
    machine.set("x2", ~D);
    run(machine, 4);
    expect(machine.get("x5")).toBe(RAM_LEAF | A | D);
  });

  it("a page that was mapped elsewhere is read there", () => {
    const machine = machineWith("ld x3, 0(x1)\nsd x2, 0(x4)\nld x5, 0(x1)");
    machine.set("x1", ALIAS + BigInt(ROOT));
    machine.set("x2", LEAF);
    run(machine, 3);
    expect(machine.get("x3")).toBe(RAM_LEAF | A);
    expect(machine.get("mcause")).toBe(5n);
  });

  it("a store that unmaps its own page is the last one there", () => {
    const machine = machineWith("sd x0, 0(x1)\nsd x2, 0(x1)\naddi x6, x6, 1");
    machine.set("x1", ALIAS + BigInt(ROOT));
    run(machine, 2);
    expect(machine.get("mcause")).toBe(15n);
    expect(machine.get("mepc")).toBe(BASE + 4n);
  });

  it("tables written by a device count at once", () => {
    const machine = machineWith("ld x3, 0(x1)\nld x5, 0(x1)");
    run(machine, 1);
    machine.memory.writeU64(ROOT, 0n);
    run(machine, 1);
    expect(machine.get("mcause")).toBe(13n);
  });

  it("a page is no longer executed after the store that unmapped it", () => {
    const machine = machineWith("mret\nsd x0, 0(x4)\naddi x6, x6, 1\naddi x6, x6, 1");
    machine.set("mepc", ALIAS + 4n);
    machine.set("mstatus", 1n << 11n);
    run(machine, 3);
    expect(machine.get("mcause")).toBe(12n);
    expect(machine.get("mtval")).toBe(ALIAS + 8n);
    expect(machine.get("x6")).toBe(0n);
  });
});

const MIDDLE = 0x1_1000;
const LAST = 0x1_2000;
/** Virtual address 0 leads through three tables to the page of DATA, 0x1000 to the one after it. */
const PAGE_LEAF = ((BASE + DATA) >> 2n) | LEAF;
const pointer = (table: number): bigint => ((BASE + BigInt(table)) >> 2n) | 1n;

/** x1 is virtual 0, x4 the last table, x7 the middle one. */
function pagedMachine(text: string): BareMetal {
  const machine = machineWith(text);
  machine.memory.writeU64(ROOT, pointer(MIDDLE));
  machine.memory.writeU64(MIDDLE, pointer(LAST));
  machine.memory.writeU64(LAST, PAGE_LEAF);
  machine.memory.writeU64(LAST + 8, PAGE_LEAF + 0x400n);
  machine.memory.writeU64(Number(DATA), 0x11n);
  machine.memory.writeU64(Number(DATA) + 0x1000, 0x22n);
  machine.set("x1", 0n);
  machine.set("x4", BASE + BigInt(LAST));
  machine.set("x7", BASE + BigInt(MIDDLE));
  return machine;
}

describe.each(WAYS)("through three tables, %s", (_title, run) => {
  const LOADS = "lui x5, 0x1000\nadd x5, x5, x1\nld x10, 0(x1)\nld x11, 0(x5)";

  it("a store over an entry of the last table moves its page and leaves the others", () => {
    const machine = pagedMachine(
      `${LOADS}\nsd x2, 0(x4)\nld x12, 0(x1)\nld x13, 0(x5)\nld x14, 0(x4)\nld x15, 8(x4)`,
    );
    machine.set("x2", PAGE_LEAF + 0x400n);
    run(machine, 9);
    expect(["x10", "x11", "x12", "x13"].map((name) => machine.get(name))).toEqual([
      0x11n,
      0x22n,
      0x22n,
      0x22n,
    ]);
    expect(machine.get("x14")).toBe((PAGE_LEAF + 0x400n) | A);
    expect(machine.get("x15")).toBe((PAGE_LEAF + 0x400n) | A);
  });

  it("a store across two entries moves both pages", () => {
    const machine = pagedMachine(`${LOADS}\nsd x0, 4(x4)\nld x12, 0(x1)\nld x13, 0(x5)`);
    run(machine, 7);
    // The upper half of the first entry and the lower half of the second are gone: zero anyway, and not valid.
    expect(machine.get("x12")).toBe(0x11n);
    expect(machine.get("mcause")).toBe(13n);
    expect(machine.get("mtval")).toBe(0x1000n);
  });

  it("a store over a pointer moves all pages behind it", () => {
    const machine = pagedMachine(`${LOADS}\nsd x0, 0(x7)\nld x12, 0(x5)`);
    run(machine, 6);
    expect(machine.get("x11")).toBe(0x22n);
    expect(machine.get("mcause")).toBe(13n);
  });

  it("a store over an entry of a table in two places moves both pages", () => {
    const machine = pagedMachine(
      `lui x5, 0x200000\nld x10, 0(x1)\nld x11, 0(x5)\nsd x2, 0(x4)\nld x12, 0(x1)\nld x13, 0(x5)`,
    );
    machine.memory.writeU64(MIDDLE + 8, pointer(LAST));
    machine.set("x2", PAGE_LEAF + 0x400n);
    run(machine, 6);
    expect(["x10", "x11", "x12", "x13"].map((name) => machine.get(name))).toEqual([
      0x11n,
      0x11n,
      0x22n,
      0x22n,
    ]);
  });

  it("a store over a superpage's entry moves every page of it", () => {
    const machine = pagedMachine(`${LOADS}\nsd x2, 0(x7)\nld x12, 0(x1)\nld x13, 0(x5)`);
    machine.memory.writeU64(MIDDLE, RAM_LEAF | A);
    machine.memory.writeU64(Number(DATA), 0n);
    machine.memory.writeU64(0x1000, 0x55n);
    machine.set("x2", pointer(LAST));
    run(machine, 7);
    expect(machine.get("x11")).toBe(0x55n);
    expect([machine.get("x12"), machine.get("x13")]).toEqual([0n, 0x22n]);
  });

  it("accessed bits that are cleared again and again are set each time", () => {
    const rounds = 60n;
    const machine = pagedMachine(
      `sd x2, 0(x4)\nld x3, 0(x1)\nld x5, 0(x4)\nandi x5, x5, 64\nadd x9, x9, x5\naddi x8, x8, -1\nbne x8, x0, -24`,
    );
    machine.set("x2", PAGE_LEAF);
    machine.set("x8", rounds);
    run(machine, 7 * Number(rounds));
    expect(machine.get("x9")).toBe(64n * rounds);
  });
});

describe("harts", () => {
  it("see what another one changed in the tables they use", () => {
    const machine = machineWith("ld x3, 0(x1)\nwfi\nld x5, 0(x1)\nwfi", 2);
    machine.load(program("ld x3, 0(x1)\nsd x0, 0(x4)\nwfi"), 0x100);
    machine.set("hart1.pc", BASE + 0x100n);
    for (const prefix of ["", "hart1."]) machine.set(`${prefix}mie`, 2n);
    machine.run(100);
    expect(machine.get("x3")).toBe(machine.get("hart1.x3"));
    machine.set("mip", 2n);
    machine.run(100);
    expect(machine.get("mcause")).toBe(13n);
    expect(machine.get("mepc")).toBe(BASE + 8n);
  });
});
