// The generated refills against the walk in TypeScript: random tables, PMP and privileges. Where a refill serves an
// access, the walk gives the same address and the same accessed and dirty bits; where it returns 0, the walk afterwards
// does what it would have done without.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { TLB, TLB_ENTRY, TLB_ENTRY_BYTES } from "../../../../guest-archs/engine/record-layout.ts";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { PTE } from "../../../../guest-archs/riscv/privileged/page-walk.ts";
import { ACCESS, type Access } from "../../../../guest-archs/riscv/privileged/privileged-hart.ts";
import { MmuMachine, RAM_BASE, RAM_PAGES } from "./mmu-machine.ts";

const RAM_PPN = RAM_BASE / 4096;
const TABLES = [0, 1, 2, 3, 4];
const { V, R, W, X, U, A, D } = PTE;

interface Entry {
  readonly table: number;
  readonly index: number;
  readonly value: bigint;
}

interface Scene {
  readonly entries: readonly Entry[];
  readonly mode: 0 | 8 | 9;
  readonly isOddRoot: boolean;
  readonly privilege: number;
  readonly status: number;
  readonly pmp: readonly { readonly cfg: number; readonly address: bigint }[];
  readonly protectedPages: readonly number[];
  readonly code: readonly number[];
  readonly accesses: readonly {
    readonly address: bigint;
    readonly access: Access;
    readonly size: number;
    readonly isWarm: boolean;
  }[];
}

/** Few values of each part of an address, so that accesses meet entries. */
const INDICES = [0, 1, 511] as const;
const INDEX = fc.constantFrom(...INDICES);
const LEAF_FLAGS = fc.oneof(
  { weight: 8, arbitrary: fc.constant(V | R | W | X) },
  { weight: 4, arbitrary: fc.constant(V | R | W | X | U) },
  { weight: 1, arbitrary: fc.constantFrom(V | R | W, V | R, V | X, V | W) },
  { weight: 1, arbitrary: fc.constantFrom(V | R | W | U, V | R | X | U) },
);
const USED = fc.constantFrom(0, A, A | D, D);
const pteOf = (ppn: number, flags: number): bigint => (BigInt(ppn) << 10n) | BigInt(flags);

const POINTER = fc.constantFrom(...TABLES).map((table) => pteOf(RAM_PPN + table, V));
const LEAF = fc
  .tuple(fc.nat(RAM_PAGES - 1), LEAF_FLAGS, USED)
  .map(([page, flags, used]) => pteOf(RAM_PPN + page, flags | used));
const SUPERPAGE = fc
  .tuple(LEAF_FLAGS, USED)
  .map(([flags, used]) => pteOf(RAM_PPN & ~0x1ff, flags | used));
/** Pointers where they usually point to, and leaves, with a flaw. */
const FLAWED = fc
  .tuple(fc.constantFrom(1, 2, 3, 8), fc.constantFrom(A, D, U, R | W | X, A | D | R | W | X))
  .chain(([page, flags]) =>
    fc.constantFrom(
      pteOf(RAM_PPN + page, flags),
      pteOf(RAM_PPN + page, flags | V),
      pteOf(RAM_PPN + page, flags | V) | (1n << 63n),
      pteOf(RAM_PPN + page, flags | V) | (1n << 54n),
    ),
  );
const OUTSIDE = fc.constantFrom(
  0n,
  pteOf(RAM_PPN + RAM_PAGES, V | R | W | X | A | D),
  pteOf(0x1_0000, V | R | W | A | D),
  (0xfff_ffff_ffffn << 10n) | BigInt(V | R | W | A | D),
);
const ANY = fc.oneof(
  { weight: 3, arbitrary: POINTER },
  { weight: 3, arbitrary: LEAF },
  { weight: 2, arbitrary: SUPERPAGE },
  { weight: 3, arbitrary: FLAWED },
  { weight: 1, arbitrary: OUTSIDE },
);

/** Mostly a tree: tables 0 to 3 from the root of Sv48 down; Sv39 starts at 1. Table 4 is met by accident. */
const ENTRIES: fc.Arbitrary<readonly Entry[]> = fc
  .tuple(
    ...TABLES.flatMap((table) =>
      INDICES.map((index) => {
        const usual = table < 3 ? fc.constant(pteOf(RAM_PPN + table + 1, V)) : LEAF;
        return fc
          .oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: ANY })
          .map((value) => ({ table, index, value }));
      }),
    ),
  )
  .map((entries) => entries);

const VIRTUAL = fc
  .tuple(fc.constantFrom(0, 1, 511), INDEX, INDEX, INDEX, fc.nat(4095))
  .chain(([root, upper, middle, lower, inPage]) =>
    fc.constantFrom(39, 48).map((bits) => {
      const vpn =
        (BigInt(root) << 27n) | (BigInt(upper) << 18n) | (BigInt(middle) << 9n) | BigInt(lower);
      return BigInt.asUintN(64, BigInt.asIntN(bits, (vpn << 12n) | BigInt(inPage)));
    }),
  );
const PHYSICAL = fc
  .tuple(fc.integer({ min: -1, max: RAM_PAGES }), fc.nat(4095))
  .map(([page, inPage]) => BigInt(RAM_BASE + page * 4096 + inPage));
const ADDRESS = fc.oneof(
  { weight: 8, arbitrary: VIRTUAL },
  { weight: 3, arbitrary: PHYSICAL },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
);

/** One entry that opens everything, or a few that cover parts of RAM, some of them cutting pages. */
const OPEN_PMP = [{ cfg: 0x1f, address: (1n << 54n) - 1n }];
const PMP_ENTRY = fc.record({
  cfg: fc
    .tuple(fc.constantFrom(0x08, 0x10, 0x18), fc.nat(7), fc.constantFrom(0, 0x80))
    .map(([mode, permissions, lock]) => mode | permissions | lock),
  address: fc.oneof(
    fc.nat(RAM_PAGES).map((page) => BigInt((RAM_BASE + page * 4096) / 4)),
    fc.nat(RAM_PAGES - 1).map((page) => BigInt((RAM_BASE + page * 4096) / 4 + 511)),
    fc.nat(RAM_PAGES * 1024).map((word) => BigInt(RAM_BASE / 4 + word)),
  ),
});
const PMP_SET = fc.oneof(
  { weight: 4, arbitrary: fc.constant(OPEN_PMP) },
  {
    weight: 2,
    arbitrary: fc.array(PMP_ENTRY, { maxLength: 3 }).map((entries) => [...entries, ...OPEN_PMP]),
  },
  { weight: 1, arbitrary: fc.array(PMP_ENTRY, { maxLength: 3 }) },
);

const SCENE: fc.Arbitrary<Scene> = fc.record({
  entries: ENTRIES,
  mode: fc.constantFrom<0 | 8 | 9>(0, 8, 8, 8, 9, 9),
  isOddRoot: fc.nat(5).map((n) => n === 0),
  privilege: fc.constantFrom(0, 0, 1, 1, 1, 1, 3, 2),
  /** SUM, MXR, MPRV and MPP. */
  status: fc
    .tuple(fc.subarray([1 << 18, 1 << 19]), fc.constantFrom(0, 0, 0, 1 << 17), fc.nat(3))
    .map(([bits, mprv, mpp]) => bits.reduce((all, bit) => all | bit, mprv) | (mpp << 11)),
  pmp: PMP_SET,
  protectedPages: fc.subarray(Array.from({ length: RAM_PAGES }, (_, page) => page)),
  code: fc.array(fc.nat(RAM_PAGES * 32 - 1), { maxLength: 12 }),
  accesses: fc.array(
    fc.record({
      address: ADDRESS,
      access: fc.constantFrom<Access>(0, 1, 2),
      size: fc.constantFrom(1, 2, 4, 8),
      isWarm: fc.boolean(),
    }),
    { minLength: 40, maxLength: 60 },
  ),
});

function build(scene: Scene): MmuMachine {
  const machine = new MmuMachine();
  const { state, memory } = machine;
  for (const { table, index, value } of scene.entries) {
    memory.writeU64(table * 4096 + index * 8, value);
  }
  for (let page = 0; page < RAM_PAGES; page += 1) {
    if (!scene.protectedPages.includes(page)) memory.frameForWrite(page);
  }
  for (const half of scene.code) machine.decode(half * 128);
  for (const [entry, { cfg, address }] of scene.pmp.entries()) {
    state.set(SLOT.pmpaddr + entry, address);
    state.set(SLOT.pmpcfg0, state.get(SLOT.pmpcfg0) | (BigInt(cfg) << BigInt(8 * entry)));
  }
  const root = (scene.mode === 8 ? 1 : 0) + (scene.isOddRoot ? 1 : 0);
  state.set(SLOT.satp, (BigInt(scene.mode) << 60n) | BigInt(RAM_PPN + root));
  state.privilege = scene.privilege;
  state.setLow(SLOT.mstatus, scene.status);
  machine.hart.privileged.slotsReplaced();
  machine.hart.selectTlbSet();
  return machine;
}

function writablePages({ memory }: MmuMachine): number[] {
  return Array.from({ length: RAM_PAGES }, (_, page) => page).filter((page) =>
    memory.isWritable(page),
  );
}

/** What a refill that serves an access has to return; NaN where it must not serve it. */
function wantedHost(machine: MmuMachine, address: bigint, access: Access, size: number): number {
  const inPage = Number(address & 0xfffn);
  const physical = machine.walk(address, access, size);
  const page = Math.floor((physical - RAM_BASE) / 4096);
  if (page < 0 || page >= RAM_PAGES || !machine.hart.privileged.isPageUniform) return Number.NaN;
  if (access === ACCESS.fetch) return machine.code.blockOf(page);
  if (access === ACCESS.store && !machine.memory.isWritable(page)) return Number.NaN;
  return inPage + size > 4096 ? Number.NaN : machine.memory.frameForRead(page) + inPage;
}

let served = 0;
let declined = 0;

function check(scene: Scene): void {
  const tested = build(scene);
  const reference = build(scene);
  for (const { address: any, access, size: wanted, isWarm } of scene.accesses) {
    const address = access === ACCESS.fetch ? any & ~1n : any;
    const size = access === ACCESS.fetch ? 2 : wanted;
    const bytes = Math.min(size, 4096 - Number(address & 0xfffn));
    const walks = [tested, reference].map((machine) =>
      isWarm ? machine.walk(address, access, bytes) : 0,
    );
    expect(walks[0]).toBe(walks[1]);
    const host = tested.refill(address, access, size);
    const isServed = host !== 0;
    if (isServed) served += 1;
    else declined += 1;
    const expected = reference.walk(address, access, bytes);
    expect(isServed ? expected : tested.walk(address, access, bytes)).toBe(expected);
    expect(Buffer.compare(tested.ram(), reference.ram())).toBe(0);
    // Tables that were written to are the replica's own now.
    expect(writablePages(tested)).toEqual(writablePages(reference));
    expect(host).toBe(isServed ? wantedHost(reference, address, access, size) : 0);
  }
}

describe("refills", () => {
  it("find what the walk finds, and leave what it leaves", { timeout: 60_000 }, () => {
    fc.assert(fc.property(SCENE, check), { numRuns: 200, seed: 11 });
    // Neither way must be an exception, or the test says little.
    expect(served).toBeGreaterThan(500);
    expect(declined).toBeGreaterThan(500);
  });
});

describe("a refill", () => {
  const ROOT = 0;
  const MIDDLE = 1;
  const LAST = 2;
  const DATA = 8;
  const ADDRESS_OF_DATA = 0x4020_1000n;
  let machine: MmuMachine;
  let view: DataView;

  /** Three levels down to one page, at S privilege. */
  beforeEach(() => {
    machine = new MmuMachine();
    const { memory, state } = machine;
    memory.writeU64(ROOT * 4096 + 8, pteOf(RAM_PPN + MIDDLE, V));
    memory.writeU64(MIDDLE * 4096 + 8, pteOf(RAM_PPN + LAST, V));
    memory.writeU64(LAST * 4096 + 8, pteOf(RAM_PPN + DATA, V | R | W | X | A | D));
    for (const [entry, { cfg, address }] of OPEN_PMP.entries()) {
      state.set(SLOT.pmpaddr + entry, address);
      state.set(SLOT.pmpcfg0, BigInt(cfg));
    }
    state.set(SLOT.satp, (8n << 60n) | BigInt(RAM_PPN + ROOT));
    state.privilege = 1;
    machine.hart.privileged.slotsReplaced();
    machine.hart.selectTlbSet();
    memory.frameForWrite(DATA);
    view = new DataView(memory.shared.buffer);
  });

  function entryOf(table: "read" | "write" | "fetch"): number {
    const index = Number(ADDRESS_OF_DATA >> 12n) & (table === "fetch" ? 255 : 1023);
    return machine.hart.tlb.addressOf(1) + TLB[table] + index * TLB_ENTRY_BYTES;
  }

  const has = (table: "read" | "write" | "fetch"): boolean =>
    view.getBigUint64(entryOf(table) + TLB_ENTRY.tag, true) === ADDRESS_OF_DATA;
  const walk = (): number => machine.walk(ADDRESS_OF_DATA, ACCESS.load, 1);
  const read = (): number => machine.refill(ADDRESS_OF_DATA + 24n, ACCESS.load, 8);
  const write = (offset: bigint): number =>
    machine.refill(ADDRESS_OF_DATA + offset, ACCESS.store, 8);
  const hostOf = (offset: number): number => machine.memory.frameForRead(DATA) + offset;

  it("leaves tables to the walk that nobody walked yet", () => {
    expect(read()).toBe(0);
    walk();
    expect(read()).toBe(hostOf(24));
  });

  it("enters the page as SoftTlb does", () => {
    walk();
    read();
    const bytes = (): Uint8Array =>
      new Uint8Array(machine.memory.shared.buffer, entryOf("read"), TLB_ENTRY_BYTES).slice();
    const entered = bytes();
    machine.hart.tlb.flush();
    expect(has("read")).toBe(false);
    machine.hart.tlb.fill("read", 0, 0x4020_1000, hostOf(0), RAM_PPN + DATA);
    expect(entered).toEqual(bytes());
  });

  it("enters pages for stores when they are writable, and without code and tables", () => {
    walk();
    expect(write(8n)).toBe(hostOf(8));
    expect(has("write")).toBe(true);
    machine.hart.tlb.flush();
    machine.memory.protect();
    expect(write(8n)).toBe(0);
  });

  it("lets stores beside code pass without an entry", () => {
    walk();
    machine.decode(DATA * 4096 + 64);
    expect(write(56n)).toBe(hostOf(56));
    expect(write(128n)).toBe(hostOf(128));
    expect(has("write")).toBe(false);
    expect([write(57n), write(64n), write(127n)]).toEqual([0, 0, 0]);
  });

  it("sends stores beside code to the slow path when there are many", () => {
    walk();
    machine.decode(DATA * 4096 + 64);
    let stores = 0;
    while (write(128n) !== 0) stores += 1;
    expect(stores).toBeGreaterThan(1000);
    expect(machine.code.prepareStore(DATA, 128, 8)).toBe(true);
    expect(write(128n)).toBe(hostOf(128));
    expect(has("write")).toBe(true);
  });

  it("serves stores over free entries of tables, not over valid ones", () => {
    machine.memory.writeU64(LAST * 4096 + 8, pteOf(RAM_PPN + LAST, V | R | W | A | D));
    machine.memory.frameForWrite(LAST);
    walk();
    expect(write(0n)).toBe(machine.memory.frameForRead(LAST));
    expect([write(1n), write(8n), write(15n)]).toEqual([0, 0, 0]);
    expect(has("write")).toBe(false);
  });

  it("finds decoded pages only", () => {
    walk();
    expect(machine.refill(ADDRESS_OF_DATA, ACCESS.fetch, 2)).toBe(0);
    const block = machine.code.blockOf(DATA);
    expect(machine.refill(ADDRESS_OF_DATA, ACCESS.fetch, 2)).toBe(block);
    expect(has("fetch")).toBe(true);
  });

  it("does not go through a table in a role that stores would not drop", () => {
    walk();
    const { memory, tables, events } = machine;
    // The last table now serves a second part of the address space.
    memory.writeU64(MIDDLE * 4096 + 16, pteOf(RAM_PPN + LAST, V));
    machine.walk(ADDRESS_OF_DATA, ACCESS.load, 1);
    events.length = 0;
    tables.prepareStore(LAST, 8, 8);
    expect(events).toEqual([`drop ${ADDRESS_OF_DATA.toString(16)}`]);
    const second = ADDRESS_OF_DATA + 0x20_0000n;
    expect(machine.refill(second, ACCESS.load, 8)).toBe(0);
    machine.walk(second, ACCESS.load, 1);
    expect(machine.refill(second, ACCESS.load, 8)).toBe(hostOf(0));
    expect(read()).toBe(hostOf(24));
    events.length = 0;
    tables.prepareStore(LAST, 8, 8);
    expect(events).toEqual(["drop all"]);
  });

  it("forgets tables that many stores hit without a walk in between", () => {
    walk();
    const { tables, events } = machine;
    events.length = 0;
    for (let i = 0; i < 100; i += 1) {
      tables.prepareStore(LAST, 8, 8);
      read();
    }
    expect(events).not.toContain("drop all");
    while (!tables.prepareStore(LAST, 8, 8)) continue;
    expect(events).toContain("drop all");
    expect(read()).toBe(0);
  });
});
