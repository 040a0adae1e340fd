import { beforeEach, describe, expect, it } from "vitest";
import fc from "fast-check";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { accessCsr, accessCsrHalves } from "../../../../guest-archs/riscv/privileged/csr-file.ts";
import { CSR_ROWS } from "../../../../guest-archs/riscv/privileged/csr-table.ts";
import { createCore } from "./fake-machine.ts";

const WRITE = 1;
const SET = 2;
const CLEAR = 3;
const ONES = 0xffff_ffff_ffff_ffffn;

let core: ReturnType<typeof createCore>;

beforeEach(() => {
  core = createCore(5);
  // Floating point on, so that every register is within reach of M-mode.
  core.state.setLow(SLOT.mstatus, 0x2000);
});

function read(number: number): bigint | undefined {
  return accessCsr(core, number, SET, 0n, true, false);
}

function write(number: number, value: bigint): bigint | undefined {
  return accessCsr(core, number, WRITE, value, true, true);
}

function numberOf(name: string): number {
  const row = CSR_ROWS.find((candidate) => candidate.name === name);
  if (row === undefined) throw new RangeError(name);
  return row.number;
}

/** Bits that all-ones sets, and bits that read as one after a write of zero. */
const WARL: readonly (readonly [name: string, writable: bigint, fixed: bigint])[] = [
  ["fflags", 0x1fn, 0n],
  ["frm", 0x7n, 0n],
  ["fcsr", 0xffn, 0n],
  ["sstatus", 0x8000_0000_000c_6122n, 2n << 32n],
  ["sie", 0n, 0n],
  ["scounteren", 0xffff_ffffn, 0n],
  ["senvcfg", 1n, 0n],
  ["sscratch", ONES, 0n],
  ["sepc", ONES - 1n, 0n],
  ["scause", ONES, 0n],
  ["stval", ONES, 0n],
  ["sip", 0n, 0n],
  ["stimecmp", ONES, 0n],
  ["misa", 0n, 0x8000_0000_0014_112dn],
  ["medeleg", 0xb3ffn, 0n],
  ["mideleg", 0x222n, 0n],
  ["mie", 0xaaan, 0n],
  ["mcounteren", 0xffff_ffffn, 0n],
  ["mcountinhibit", 5n, 0n],
  ["mscratch", ONES, 0n],
  ["mepc", ONES - 1n, 0n],
  ["mcause", ONES, 0n],
  ["mtval", ONES, 0n],
  ["menvcfg", (1n << 63n) | 1n, 0n],
  ["mip", 0x222n, 0n],
  ["pmpaddr1", (1n << 54n) - 1n, 0n],
  ["pmpaddr15", (1n << 54n) - 1n, 0n],
  ["mhpmcounter3", 0n, 0n],
  ["mhpmcounter31", 0n, 0n],
  ["mhpmevent3", 0n, 0n],
  ["mhpmevent31", 0n, 0n],
];

describe("CSR writes", () => {
  it.each(WARL)("to %s change its writable bits alone (property)", (name, writable, fixed) => {
    const number = numberOf(name);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: ONES }), (value) => {
        const derived = name === "sstatus" ? sdOf(value) : value & writable;
        core.state.setLow(SLOT.mstatus, 0x2000);
        expect(write(number, value)).toBeDefined();
        // Setting FS off in sstatus must not hide the floating-point registers from the next run.
        expect(read(number)).toBe(derived | fixed);
      }),
      { numRuns: 50 },
    );
  });

  function sdOf(value: bigint): bigint {
    const kept = value & 0xc_6122n;
    return (value & 0x6000n) === 0x6000n ? kept | (1n << 63n) : kept;
  }

  it("set and clear exactly the bits given", () => {
    write(0x340, 0xf0n);
    expect(accessCsr(core, 0x340, SET, 0x0fn, true, true)).toBe(0xf0n);
    expect(accessCsr(core, 0x340, CLEAR, 0x81n, true, true)).toBe(0xffn);
    expect(read(0x340)).toBe(0x7en);
    expect(accessCsr(core, 0x340, SET, ONES, true, false)).toBe(0x7en);
    expect(read(0x340)).toBe(0x7en);
  });

  it("take negative values as 64-bit patterns", () => {
    write(0x340, -1n);
    expect(read(0x340)).toBe(ONES);
  });
});

describe("CSR access", () => {
  it("is illegal for registers that do not exist", () => {
    const known = new Set(CSR_ROWS.map((row) => row.number));
    expect(known.size).toBe(CSR_ROWS.length);
    for (let number = 0; number < 4096; number++) {
      expect(read(number) !== undefined).toBe(known.has(number));
    }
  });

  it("is illegal below the privilege in the number", () => {
    core.state.set(SLOT.mcounteren, 0xffff_ffffn);
    core.state.set(SLOT.scounteren, 0xffff_ffffn);
    core.state.set(SLOT.menvcfg, 1n << 63n);
    for (const { number } of CSR_ROWS) {
      for (const privilege of [0, 1, 3]) {
        core.state.privilege = privilege;
        expect(read(number) !== undefined).toBe(privilege >= ((number >> 8) & 3));
      }
    }
  });

  it("is illegal for writes to read-only registers, and legal for reads by set and clear", () => {
    for (const number of [0xf14, 0xc00]) {
      expect(write(number, 0n)).toBeUndefined();
      expect(accessCsr(core, number, CLEAR, 0n, true, true)).toBeUndefined();
      expect(read(number)).toBeDefined();
    }
  });

  it("identifies the hart", () => {
    expect(read(numberOf("mhartid"))).toBe(5n);
    expect(read(numberOf("mvendorid"))).toBe(0n);
    expect(read(numberOf("marchid"))).toBe(0n);
    expect(read(numberOf("mconfigptr"))).toBe(0n);
  });
});

describe("CSR access in halves", () => {
  const LONG = fc.oneof(
    fc.bigInt({ min: 0n, max: ONES }),
    fc.constantFrom(0n, ONES, 1n << 31n, 1n << 32n, 1n << 63n, 0x1800n),
  );
  const SLOTS = [SLOT.mstatus, SLOT.satp, SLOT.sepc, SLOT.mcounteren, SLOT.menvcfg, SLOT.stimecmp];

  function prepared(slots: readonly bigint[], privilege: number, tick: number): typeof core {
    const result = createCore(5);
    for (const [index, slot] of SLOTS.entries()) result.state.set(slot, slots[index] ?? 0n);
    result.state.privilege = privilege;
    result.environment.tick = tick;
    return result;
  }

  it("does what it does with whole values", () => {
    const numbers = CSR_ROWS.filter((row) => row.halves !== undefined).map((row) => row.number);
    fc.assert(
      fc.property(
        fc.constantFrom(...numbers, numberOf("mip"), numberOf("mhartid")),
        fc.constantFrom<1 | 2 | 3>(WRITE, SET, CLEAR),
        LONG,
        fc.boolean(),
        fc.constantFrom(0, 1, 3),
        fc.array(LONG, { minLength: SLOTS.length, maxLength: SLOTS.length }),
        fc.nat(2 ** 45),
        (number, operation, value, isWrite, privilege, slots, tick) => {
          const whole = prepared(slots, privilege, tick);
          const halves = prepared(slots, privilege, tick);
          const old = new Int32Array(2);
          const expected = accessCsr(whole, number, operation, value, true, isWrite);
          const low = Number(value & 0xffff_ffffn) | 0;
          const high = Number(value >> 32n) | 0;
          const isLegal = accessCsrHalves(halves, number, operation, low, high, true, isWrite, old);
          const [oldLow = 0, oldHigh = 0] = old;
          const result = (BigInt(oldHigh >>> 0) << 32n) | BigInt(oldLow >>> 0);
          expect(isLegal ? result : undefined).toBe(expected);
          expect(halves.state.slots).toEqual(whole.state.slots);
          const effects = ({ environment }: typeof core): unknown[] => [
            environment.flushes,
            environment.interruptChanges,
            environment.timer,
          ];
          expect(effects(halves)).toEqual(effects(whole));
        },
      ),
      { numRuns: 2000, seed: 5 },
    );
  });
});
