import { describe, expect, it } from "vitest";
import { TLB, TLB_ENTRY, TLB_ENTRY_BYTES } from "../../../guest-archs/engine/record-layout.ts";
import { SoftTlb, type TlbTable } from "../../../guest-archs/engine/soft-tlb.ts";

const OFFSET = 4096;
const SETS = 2;
const LOW = 0x8765_4321 | 0;
const HIGH = 0x12;
const PAGE = 77;

describe("SoftTlb", () => {
  const pages = Math.ceil((OFFSET + SoftTlb.bytes(SETS)) / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const view = new DataView(memory.buffer);
  const tlb = new SoftTlb(memory, OFFSET, SETS);

  /** Address of the entry for LOW. */
  function entry(set: number, table: TlbTable): number {
    const index = (LOW >>> 12) & (table === "fetch" ? 255 : 1023);
    return tlb.addressOf(set) + TLB[table] + index * TLB_ENTRY_BYTES;
  }

  const tag = (set: number, table: TlbTable): bigint => view.getBigUint64(entry(set, table), true);

  it("is empty at first", () => {
    for (const table of ["read", "write", "fetch"] as const)
      expect(tag(1, table)).toBe(2n ** 64n - 1n);
  });

  it.each(["read", "write"] as const)(
    "has an empty last entry in %s that is no page's tag",
    (table) => {
      const at = tlb.addressOf(0) + TLB[table] + 1023 * TLB_ENTRY_BYTES;
      const last = (): bigint => view.getBigUint64(at, true) >> 12n;
      const ofLastPage = (1n << 52n) - 1n;
      const fill = (): void => tlb.fill(table, -1, -4096, 0, PAGE);
      tlb.select(0);
      for (const drop of [
        () => tlb.flush(),
        () => tlb.dropAddress(-1, -1),
        () => tlb.dropPage(table, PAGE),
      ]) {
        fill();
        expect(last()).toBe(ofLastPage);
        drop();
        expect(last()).not.toBe(ofLastPage);
      }
    },
  );

  it("holds a page, with what gets from a virtual to a host address", () => {
    tlb.select(1);
    tlb.fill("read", HIGH, LOW, 0xf000_0000, PAGE);
    expect(tag(1, "read")).toBe(0x12_8765_4000n);
    const addend = view.getInt32(entry(1, "read") + TLB_ENTRY.addend, true);
    expect((addend + LOW) >>> 0).toBe(0xf000_0321);
    expect(view.getUint32(entry(1, "read") + TLB_ENTRY.page, true)).toBe(PAGE);
    expect(tag(0, "read")).toBe(2n ** 64n - 1n);
  });

  it("tells which page an address leads to in the set in use", () => {
    tlb.select(1);
    tlb.fill("fetch", HIGH, LOW, 0x1000, PAGE);
    expect(tlb.pageOf("fetch", HIGH, LOW & -4096)).toBe(PAGE);
    expect(tlb.pageOf("fetch", HIGH + 1, LOW)).toBe(-1);
    tlb.select(0);
    expect(tlb.pageOf("fetch", HIGH, LOW)).toBe(-1);
  });

  it("holds the address of the block itself in the fetch table", () => {
    tlb.select(0);
    tlb.fill("fetch", HIGH, LOW, 0x1000, PAGE);
    expect(view.getInt32(entry(0, "fetch") + TLB_ENTRY.addend, true)).toBe(0x1000);
  });

  it("drops a page from one table, in all sets", () => {
    for (const set of [0, 1]) {
      tlb.select(set);
      tlb.fill("read", HIGH, LOW, 0, PAGE);
      tlb.fill("write", HIGH, LOW, 0, PAGE);
    }
    tlb.dropPage("write", PAGE + 1);
    expect(tag(0, "write")).toBe(0x12_8765_4000n);
    tlb.dropPage("write", PAGE);
    expect([tag(0, "write"), tag(1, "write")]).toEqual([2n ** 64n - 1n, 2n ** 64n - 1n]);
    expect([tag(0, "read"), tag(1, "read")]).toEqual([0x12_8765_4000n, 0x12_8765_4000n]);
  });

  it("drops a virtual page from all tables, in all sets", () => {
    for (const set of [0, 1]) {
      tlb.select(set);
      for (const table of ["read", "write", "fetch"] as const) {
        tlb.fill(table, HIGH, LOW, 0, PAGE);
      }
    }
    tlb.dropAddress(HIGH + 1, LOW);
    tlb.dropAddress(HIGH, LOW + 4096);
    expect(tag(1, "read")).toBe(0x12_8765_4000n);
    tlb.dropAddress(HIGH, LOW & -4096);
    for (const set of [0, 1]) {
      for (const table of ["read", "write", "fetch"] as const) {
        expect(tag(set, table)).toBe(2n ** 64n - 1n);
      }
    }
  });

  it("drops what was entered into the selected set after it was cleared", () => {
    tlb.select(1);
    tlb.flush();
    tlb.fill("read", HIGH, LOW, 0, PAGE);
    tlb.flush();
    expect(tag(1, "read")).toBe(2n ** 64n - 1n);
  });

  it("drops a table, a set, everything", () => {
    tlb.select(0);
    tlb.fill("fetch", HIGH, LOW, 0, PAGE);
    tlb.fill("read", HIGH, LOW, 0, PAGE);
    tlb.flushTable("fetch");
    expect(tag(0, "fetch")).toBe(2n ** 64n - 1n);
    expect(tag(0, "read")).toBe(0x12_8765_4000n);
    tlb.select(1);
    tlb.fill("read", HIGH, LOW, 0, PAGE);
    tlb.flushSet(0);
    expect(tag(0, "read")).toBe(2n ** 64n - 1n);
    expect(tag(1, "read")).toBe(0x12_8765_4000n);
    tlb.flush();
    expect(tag(1, "read")).toBe(2n ** 64n - 1n);
  });
});
