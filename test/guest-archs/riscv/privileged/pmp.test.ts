import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { Pmp } from "../../../../guest-archs/riscv/privileged/pmp.ts";
import { createState } from "./fake-machine.ts";

const FETCH = 0;
const LOAD = 1;
const STORE = 2;
const U = 0;
const S = 1;
const M = 3;
const R = 1;
const W = 2;
const X = 4;
const TOR = 0x08;
const NA4 = 0x10;
const NAPOT = 0x18;
const LOCKED = 0x80;

type Entry = readonly [cfg: number, address: bigint];

function pmpWith(...entries: Entry[]): Pmp {
  const state = createState();
  const cfgs = new DataView(state.slots.buffer, SLOT.pmpcfg0 * 8, 16);
  entries.forEach(([cfg, address], index) => {
    cfgs.setUint8(index, cfg);
    state.set(SLOT.pmpaddr + index, address);
  });
  return new Pmp(state);
}

/** NAPOT address of a naturally aligned power-of-two region of at least 8 bytes. */
function napot(base: number, bytes: number): bigint {
  return (BigInt(base) >> 2n) | ((BigInt(bytes) >> 3n) - 1n);
}

describe("Pmp", () => {
  it("lets only M-mode pass when no entry is active", () => {
    const pmp = pmpWith();
    expect(pmp.allows(0x8000_0000, 4, LOAD, M)).toBe(true);
    expect(pmp.allows(0x8000_0000, 4, LOAD, S)).toBe(false);
    expect(pmp.allows(0x8000_0000, 4, LOAD, U)).toBe(false);
    expect(pmp.isPageUniform(0x8000_0000)).toBe(true);
  });

  it("opens everything with one NAPOT entry of all ones", () => {
    const pmp = pmpWith([NAPOT | R | W | X, (1n << 54n) - 1n]);
    for (const address of [0, 0x8000_0000, 2 ** 52]) {
      expect(pmp.allows(address, 8, STORE, U)).toBe(true);
      expect(pmp.isPageUniform(address)).toBe(true);
    }
  });

  it("checks each permission of its own access", () => {
    for (const [bit, access] of [
      [X, FETCH],
      [R, LOAD],
      [W, STORE],
    ] as const) {
      const pmp = pmpWith([NAPOT | bit, napot(0x8000_0000, 0x1000)]);
      for (const other of [FETCH, LOAD, STORE] as const) {
        expect(pmp.allows(0x8000_0010, 4, other, S)).toBe(other === access);
      }
    }
  });

  it("bounds NA4, NAPOT and TOR exactly", () => {
    const na4 = pmpWith([NA4 | R, 0x2000_0001n]);
    expect(
      [0x8000_0003, 0x8000_0004, 0x8000_0007, 0x8000_0008].map((a) => na4.allows(a, 1, LOAD, S)),
    ).toEqual([false, true, true, false]);
    const eight = pmpWith([NAPOT | R, napot(0x8000_0008, 8)]);
    expect(
      [0x8000_0007, 0x8000_0008, 0x8000_000f, 0x8000_0010].map((a) => eight.allows(a, 1, LOAD, S)),
    ).toEqual([false, true, true, false]);
    const first = pmpWith([TOR | R, 0x400n]);
    expect([0, 0xfff, 0x1000].map((a) => first.allows(a, 1, LOAD, S))).toEqual([true, true, false]);
    const second = pmpWith([0, 0x400n], [TOR | R, 0x800n]);
    expect([0xfff, 0x1000, 0x1fff, 0x2000].map((a) => second.allows(a, 1, LOAD, S))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const empty = pmpWith([0, 0x800n], [TOR | R, 0x400n]);
    expect(empty.allows(0x1800, 1, LOAD, S)).toBe(false);
  });

  it("lets the lowest-numbered match decide, as firmware that hides itself needs", () => {
    const pmp = pmpWith(
      [NAPOT, napot(0x8000_0000, 0x4_0000)],
      [NAPOT | R | W | X, (1n << 54n) - 1n],
    );
    expect(pmp.allows(0x8003_ffff, 1, LOAD, S)).toBe(false);
    expect(pmp.allows(0x8004_0000, 1, LOAD, S)).toBe(true);
    expect(pmp.allows(0x8003_ffff, 1, LOAD, M)).toBe(true);
  });

  it("fails an access that an entry matches only in part, whatever comes after", () => {
    const pmp = pmpWith([NA4 | R, 0x2000_0001n], [NAPOT | R, (1n << 54n) - 1n]);
    expect(pmp.allows(0x8000_0004, 4, LOAD, S)).toBe(true);
    expect(pmp.allows(0x8000_0000, 8, LOAD, S)).toBe(false);
    expect(pmp.allows(0x8000_0008, 8, LOAD, S)).toBe(true);
    expect(pmp.allows(0x8000_0000, 4, LOAD, S)).toBe(true);
  });

  it("fails such an access of M-mode too, though M-mode passes entries that are not locked", () => {
    const pmp = pmpWith([NA4, 0x2000_0001n]);
    expect(pmp.allows(0x8000_0004, 4, LOAD, M)).toBe(true);
    expect(pmp.allows(0x8000_0000, 8, LOAD, M)).toBe(false);
    expect(pmp.allows(0x8000_0008, 8, LOAD, M)).toBe(true);
    expect(pmp.isPageUniform(0x8000_0000)).toBe(false);
  });

  it("enforces locked entries on M-mode too", () => {
    const pmp = pmpWith([LOCKED | NAPOT | R, napot(0x8000_0000, 0x1000)]);
    expect(pmp.allows(0x8000_0000, 4, LOAD, M)).toBe(true);
    expect(pmp.allows(0x8000_0000, 4, STORE, M)).toBe(false);
    expect(pmp.allows(0x8000_1000, 4, STORE, M)).toBe(true);
  });

  it("judges the page around an address, not the bytes after it", () => {
    const pmp = pmpWith([NAPOT | R, napot(0x8000_1000, 0x800)], [NAPOT | R, (1n << 54n) - 1n]);
    expect(pmp.isPageUniform(0x8000_0fff)).toBe(true);
    expect(pmp.isPageUniform(0x8000_1fff)).toBe(false);
    expect(pmp.isPageUniform(0x8000_2000)).toBe(true);
  });

  it("leaves the address before a locked entry of another kind, or an unlocked TOR entry, free", () => {
    expect(pmpWith([0, 0n], [LOCKED | NAPOT, 0n]).isAddressLocked(0)).toBe(false);
    expect(pmpWith([0, 0n], [TOR | R, 0n]).isAddressLocked(0)).toBe(false);
  });

  it("knows no entry after the last one", () => {
    const entries = Array.from({ length: 16 }, (): Entry => [0, 0n]);
    entries[8] = [LOCKED | TOR, 0n];
    expect(pmpWith(...entries).isAddressLocked(15)).toBe(false);
  });

  it("locks the address of an entry, and of the lower bound of a locked TOR entry", () => {
    const pmp = pmpWith([0, 0x400n], [LOCKED | TOR | R, 0x800n], [0, 0n]);
    expect([0, 1, 2].map((entry) => pmp.isAddressLocked(entry))).toEqual([true, true, false]);
  });

  it("says a page is uniform exactly when no access in it differs (property)", () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 31 }), fc.bigInt({ min: 0n, max: 0x1800n }));
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 6 }),
        fc.integer({ min: 0, max: 4 }),
        (entries, page) => {
          const pmp = pmpWith(...entries);
          if (!pmp.isPageUniform(page * 4096)) return;
          const answers = new Set<boolean>();
          for (let offset = 0; offset < 4096; offset += 4) {
            answers.add(pmp.allows(page * 4096 + offset, 4, LOAD, S));
          }
          expect(answers.size).toBe(1);
          expect(pmp.allows(page * 4096, 4096, LOAD, S)).toBe(answers.has(true));
        },
      ),
      { numRuns: 300 },
    );
  });
});
