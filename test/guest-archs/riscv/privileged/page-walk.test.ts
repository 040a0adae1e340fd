import { beforeEach, describe, expect, it } from "vitest";
import { SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import { PageWalk, PTE } from "../../../../guest-archs/riscv/privileged/page-walk.ts";
import { createCore, RAM, RAM_BYTES } from "./fake-machine.ts";

const FETCH = 0;
const LOAD = 1;
const STORE = 2;
type Access = 0 | 1 | 2;
const { V, R, W, X, U, G, A, D } = PTE;
const SUM = 1 << 18;
const MXR = 1 << 19;
const MPRV = 1 << 17;

/** Tables, from the root down, and a data page. */
const TABLES = [RAM + 0x1000, RAM + 0x2000, RAM + 0x3000, RAM + 0x4000] as const;
const DATA = RAM + 0x8000;
const SV39_ADDRESS = 0xffff_ffc0_4020_1abcn;
const SV48_ADDRESS = 0xffff_8000_4020_1abcn;

let core: ReturnType<typeof createCore>;
let walk: PageWalk;

beforeEach(() => {
  core = createCore();
  core.state.privilege = 1;
  walk = new PageWalk(core);
});

function pte(address: number, flags: number): bigint {
  return ((BigInt(address) >> 12n) << 10n) | BigInt(flags);
}

function translate(address: bigint, access: Access, bytes = 1): number {
  return walk.translate(Number(address >> 32n), Number(address & 0xffff_ffffn), access, bytes);
}

function fault(address: bigint, access: Access): number {
  expect(translate(address, access)).toBe(-1);
  return walk.faultCause;
}

function useSatp(mode: bigint, root: number): void {
  core.state.set(SLOT.satp, (mode << 60n) | (BigInt(root) >> 12n));
}

function vpn(address: bigint, level: number): number {
  return Number((address >> BigInt(12 + 9 * level)) & 0x1ffn);
}

/** Pointers down to the leaf's level and the leaf. @returns the leaf's address. */
function map(address: bigint, levels: number, leafLevel: number, leaf: bigint): number {
  useSatp(levels === 3 ? 8n : 9n, TABLES[0]);
  let table: number = TABLES[0];
  for (let level = levels - 1, depth = 1; level > leafLevel; level--, depth++) {
    const next = TABLES[depth] as number;
    core.environment.write64(table + vpn(address, level) * 8, pte(next, V));
    table = next;
  }
  const entry = table + vpn(address, leafLevel) * 8;
  core.environment.write64(entry, leaf);
  return entry;
}

describe("PageWalk without translation", () => {
  it("passes addresses through in Bare mode and in M-mode", () => {
    expect(translate(0x8000_0123n, LOAD)).toBe(0x8000_0123);
    map(0n, 3, 0, 0n);
    core.state.privilege = 3;
    expect(translate(0x1_8000_0123n, FETCH)).toBe(0x1_8000_0123);
  });

  it("raises an access fault beyond all physical memory", () => {
    expect(fault(0xffff_ffff_8000_0000n, FETCH)).toBe(1);
    expect(fault(0xffff_ffff_8000_0000n, LOAD)).toBe(5);
    expect(fault(0xffff_ffff_8000_0000n, STORE)).toBe(7);
  });
});

describe.each([
  { name: "Sv39", levels: 3, address: SV39_ADDRESS, beyond: 0x40_0000_0000n },
  { name: "Sv48", levels: 4, address: SV48_ADDRESS, beyond: 0x8000_0000_0000n },
])("PageWalk in $name", ({ levels, address, beyond }) => {
  it("finds the page through all levels", () => {
    map(address, levels, 0, pte(DATA, V | R | A));
    expect(translate(address, LOAD)).toBe(DATA + 0xabc);
    expect(walk.isPageUniform).toBe(true);
  });

  it("finds superpages at every level and rejects misaligned ones", () => {
    for (let level = 1; level < levels; level++) {
      core.environment.ram.setBigUint64(0, 0n);
      const bytes = 4096n << BigInt(9 * level);
      map(address, levels, level, pte(0, V | R | A));
      expect(translate(address, LOAD)).toBe(Number(address & (bytes - 1n)));
      map(address, levels, level, pte(0x1000, V | R | A));
      expect(fault(address, LOAD)).toBe(13);
    }
  });

  it("rejects addresses whose upper bits are no sign extension", () => {
    map(address, levels, 0, pte(DATA, V | R | W | X | A | D));
    expect(fault(beyond, FETCH)).toBe(12);
    expect(fault(beyond, LOAD)).toBe(13);
    expect(fault(address ^ (1n << 63n), STORE)).toBe(15);
  });

  it("faults on a pointer at the last level", () => {
    map(address, levels, 0, pte(DATA, V));
    expect(fault(address, LOAD)).toBe(13);
  });
});

describe("Permissions of a leaf", () => {
  const cases: readonly {
    readonly title: string;
    readonly flags: number;
    readonly privilege: number;
    readonly status?: number;
    /** Of fetch, load and store. */
    readonly passes: readonly [boolean, boolean, boolean];
  }[] = [
    { title: "not valid", flags: R | W | X, privilege: 1, passes: [false, false, false] },
    { title: "R in S", flags: V | R, privilege: 1, passes: [false, true, false] },
    { title: "RW in S", flags: V | R | W, privilege: 1, passes: [false, true, true] },
    { title: "X in S", flags: V | X, privilege: 1, passes: [true, false, false] },
    { title: "X in S, MXR", flags: V | X, privilege: 1, status: MXR, passes: [true, true, false] },
    { title: "RX in S", flags: V | R | X, privilege: 1, passes: [true, true, false] },
    {
      title: "RWX global in S",
      flags: V | R | W | X | G,
      privilege: 1,
      passes: [true, true, true],
    },
    { title: "W alone is reserved", flags: V | W, privilege: 1, passes: [false, false, false] },
    { title: "WX is reserved", flags: V | W | X, privilege: 1, passes: [false, false, false] },
    {
      title: "supervisor page in U",
      flags: V | R | W | X,
      privilege: 0,
      passes: [false, false, false],
    },
    { title: "user page in U", flags: V | R | W | X | U, privilege: 0, passes: [true, true, true] },
    {
      title: "user page in S",
      flags: V | R | W | X | U,
      privilege: 1,
      passes: [false, false, false],
    },
    {
      title: "user page in S, SUM",
      flags: V | R | W | X | U,
      privilege: 1,
      status: SUM,
      passes: [false, true, true],
    },
    {
      title: "user execute-only page in S, SUM and MXR",
      flags: V | X | U,
      privilege: 1,
      status: SUM | MXR,
      passes: [false, true, false],
    },
  ];

  it.each(cases)("$title", ({ flags, privilege, status, passes }) => {
    map(SV39_ADDRESS, 3, 0, pte(DATA, flags | A | D));
    core.state.privilege = privilege;
    core.state.setLow(SLOT.mstatus, status ?? 0);
    for (const access of [FETCH, LOAD, STORE] as const) {
      const physical = translate(SV39_ADDRESS, access);
      const outcome = physical === -1 ? `cause ${walk.faultCause}` : physical;
      expect(outcome).toBe(passes[access] ? DATA + 0xabc : `cause ${[12, 13, 15][access]}`);
    }
  });

  it("reserved upper bits fault: N, PBMT and the unnamed ones", () => {
    for (const bit of [54n, 60n, 61n, 62n, 63n]) {
      map(SV39_ADDRESS, 3, 0, pte(DATA, V | R | A) | (1n << bit));
      expect(fault(SV39_ADDRESS, LOAD)).toBe(13);
    }
  });

  it("A, D and U are reserved in pointers", () => {
    for (const flag of [A, D, U]) {
      map(SV39_ADDRESS, 3, 0, pte(DATA, V | R | A));
      core.environment.write64(TABLES[0] + vpn(SV39_ADDRESS, 2) * 8, pte(TABLES[1], V | flag));
      expect(fault(SV39_ADDRESS, LOAD)).toBe(13);
    }
  });

  it("MPRV makes M-mode loads and stores, but no fetch, use the mode in MPP", () => {
    map(SV39_ADDRESS, 3, 0, pte(DATA, V | R | A));
    core.state.privilege = 3;
    core.state.setLow(SLOT.mstatus, MPRV | (1 << 11));
    expect(translate(SV39_ADDRESS, LOAD)).toBe(DATA + 0xabc);
    expect(fault(SV39_ADDRESS, STORE)).toBe(15);
    expect(fault(SV39_ADDRESS, FETCH)).toBe(1);
    expect(translate(0x8000_0000n, FETCH)).toBe(0x8000_0000);
  });
});

describe("Accessed and dirty bits", () => {
  it("are set in the leaf by the access that needs them", () => {
    const leaf = map(SV39_ADDRESS, 3, 0, pte(DATA, V | R | W));
    translate(SV39_ADDRESS, LOAD);
    expect(core.environment.read64(leaf)).toBe(pte(DATA, V | R | W | A));
    translate(SV39_ADDRESS, STORE);
    expect(core.environment.read64(leaf)).toBe(pte(DATA, V | R | W | A | D));
  });

  it("cost no write when they are set already", () => {
    map(SV39_ADDRESS, 3, 0, pte(DATA, V | R | W | A | D));
    translate(SV39_ADDRESS, LOAD);
    translate(SV39_ADDRESS, STORE);
    expect(core.environment.physicalWrites).toBe(0);
  });

  it("stay as they are when the access is not permitted", () => {
    const leaf = map(SV39_ADDRESS, 3, 0, pte(DATA, V | R));
    expect(fault(SV39_ADDRESS, STORE)).toBe(15);
    expect(core.environment.read64(leaf)).toBe(pte(DATA, V | R));
  });

  it("keep the upper half of the entry", () => {
    const far = 2 ** 50;
    const leaf = map(SV39_ADDRESS, 3, 0, pte(far, V | R | W));
    expect(translate(SV39_ADDRESS, STORE)).toBe(far + 0xabc);
    expect(core.environment.read64(leaf)).toBe(pte(far, V | R | W | A | D));
  });
});

describe("Physical memory behind a walk", () => {
  it("raises an access fault of the access's own kind where a table is not RAM", () => {
    useSatp(8n, RAM + RAM_BYTES);
    expect(fault(SV39_ADDRESS, FETCH)).toBe(1);
    expect(fault(SV39_ADDRESS, LOAD)).toBe(5);
    expect(fault(SV39_ADDRESS, STORE)).toBe(7);
    core.state.set(SLOT.satp, (8n << 60n) | ((1n << 44n) - 1n));
    expect(fault(SV39_ADDRESS, LOAD)).toBe(5);
  });

  it("raises an access fault for a leaf beyond the safe integers", () => {
    map(SV39_ADDRESS, 3, 0, (((1n << 44n) - 1n) << 10n) | BigInt(V | R | A));
    expect(fault(SV39_ADDRESS, LOAD)).toBe(5);
  });

  it("checks PMP for tables, for their update and for the page itself", () => {
    map(SV39_ADDRESS, 3, 0, pte(DATA, V | R | W));
    const NAPOT = 0x18n;
    /** One page with the permissions given comes first, then everything. */
    const restrict = (page: number, permissions: bigint): void => {
      core.state.set(SLOT.pmpcfg0, ((NAPOT | 7n) << 8n) | NAPOT | permissions);
      core.state.set(SLOT.pmpaddr, (BigInt(page) >> 2n) | 0x1ffn);
      core.state.set(SLOT.pmpaddr + 1, (1n << 54n) - 1n);
      core.pmp.refresh();
    };
    restrict(TABLES[1], 2n);
    expect(fault(SV39_ADDRESS, LOAD)).toBe(5);
    restrict(TABLES[2], 1n);
    expect(fault(SV39_ADDRESS, LOAD)).toBe(5);
    restrict(DATA, 1n);
    expect(translate(SV39_ADDRESS, LOAD)).toBe(DATA + 0xabc);
    expect(fault(SV39_ADDRESS, STORE)).toBe(7);
  });

  it("reports pages that PMP divides, and checks all bytes of an access", () => {
    core.state.set(SLOT.pmpcfg0, 0x11n);
    core.state.set(SLOT.pmpaddr, BigInt(RAM) >> 2n);
    core.pmp.refresh();
    expect(translate(BigInt(RAM), LOAD, 4)).toBe(RAM);
    expect(walk.isPageUniform).toBe(false);
    expect(translate(BigInt(RAM), LOAD, 8)).toBe(-1);
    expect(walk.faultCause).toBe(5);
  });
});
