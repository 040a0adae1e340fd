// Generates the page walk in Sv39 and Sv48. It only goes through tables that table-pages.ts knows in the same role, so
// that stores over the entries used are noticed, and updates accessed and dirty bits where the table may be written.
import { DIRTY } from "../../../core/index.ts";
import { CODE_LINE_SHIFT, PAGE_STATE, TABLE_PATIENCE } from "../../engine/page-states.ts";
import type { Local } from "../../engine/wasm-function.ts";
import { SLOT } from "../hart-layout.ts";
import { MSTATUS } from "../privileged/mstatus.ts";
import { PTE, SATP_MODE } from "../privileged/page-walk.ts";
import { PAGE_PERMISSION } from "../privileged/pmp-pages.ts";
import { ACCESS } from "../privileged/privileged-hart.ts";
import { INDEX_BITS, PAGE_SHIFT } from "../table-role.ts";
import type { MmuFunction } from "./mmu-function.ts";

const LEAF = PTE.R | PTE.W | PTE.X;
const PPN_BITS = (1n << 44n) - 1n;
const PPN_SHIFT = 10n;
/** Bits 63 to 54 of an entry: reserved, N and PBMT. */
const RESERVED_SHIFT = 54n;
const INDEX_MASK = (1n << BigInt(INDEX_BITS)) - 1n;
const ENTRY_SHIFT = 3;
const IN_PAGE: number = (1 << PAGE_SHIFT) - 1;

/** By mode: log2 of what an entry of the root maps, and the bits of an address above the translated ones. */
const MODES = [
  { mode: SATP_MODE.sv39, rootShift: 30n, unusedBits: 25n },
  { mode: SATP_MODE.sv48, rootShift: 39n, unusedBits: 16n },
] as const;

interface WalkLocals {
  /** log2 of the bytes that an entry maps at the level at hand. */
  readonly shift: Local;
  /** Host address of the entry, and the entry. */
  readonly entry: Local;
  readonly pte: Local;
}

/** Sets `ppn` to the physical page number of the address. */
export function emitWalk(x: MmuFunction): void {
  const { f } = x;
  const locals = { shift: f.local("i64"), entry: f.local("i32"), pte: f.local("i64") };
  const { shift, pte } = locals;
  emitRoot(x, shift);
  const level = f.loop();
  emitEntry(x, locals);
  pushPteLow(x, pte);
  f.i32(LEAF);
  f.op("i32And");
  f.op("i32Eqz");
  f.if();
  // In a pointer to the next table D, A and U are reserved and must be zero.
  pushPteLow(x, pte);
  x.giveUpIfAny(PTE.D | PTE.A | PTE.U);
  f.get(shift);
  f.i64(BigInt(PAGE_SHIFT));
  f.op("i64Eq");
  x.giveUpIf();
  f.get(shift);
  f.i64(BigInt(INDEX_BITS));
  f.op("i64Sub");
  f.set(shift);
  f.br(level);
  f.end();
  f.end();
  emitPermissionCheck(x, pte);
  emitUpdate(x, locals);
  emitLeaf(x, shift);
}

/** Sets `ppn` and `shift` for the root; gives up for addresses that are not canonical. */
function emitRoot(x: MmuFunction, shift: Local): void {
  const { f } = x;
  const done = f.block();
  for (const { mode, rootShift, unusedBits } of MODES) {
    x.loadSlot(SLOT.satp, 1);
    f.i32(28);
    f.op("i32ShrU");
    f.i32(mode);
    f.op("i32Eq");
    f.if();
    f.i64(rootShift);
    f.set(shift);
    f.get(x.address);
    f.i64(unusedBits);
    f.op("i64Shl");
    f.i64(unusedBits);
    f.op("i64ShrS");
    f.get(x.address);
    f.op("i64Ne");
    x.giveUpIf();
    f.br(done);
    f.end();
  }
  f.i32(0);
  f.return();
  f.end();
  f.get(x.base);
  f.memory("i64Load", SLOT.satp * 8);
  f.i64(PPN_BITS);
  f.op("i64And");
  f.set(x.ppn);
}

/** Loads the entry of the table at `ppn`, and sets `ppn` to where the entry leads. */
function emitEntry(x: MmuFunction, { shift, entry, pte }: WalkLocals): void {
  const { f } = x;
  x.findPage();
  emitRoleCheck(x, shift);
  x.pushPermissions();
  x.giveUpUnlessAny(PAGE_PERMISSION[ACCESS.load]);
  x.pushMapEntry();
  x.toFrame();
  f.get(x.address);
  f.get(shift);
  f.op("i64ShrU");
  f.i64(INDEX_MASK);
  f.op("i64And");
  f.op("i32WrapI64");
  f.i32(ENTRY_SHIFT);
  f.op("i32Shl");
  f.op("i32Add");
  f.tee(entry);
  f.memory("i64Load");
  f.tee(pte);
  f.i64(RESERVED_SHIFT);
  f.op("i64ShrU");
  f.i64(0n);
  f.op("i64Ne");
  x.giveUpIf();
  pushPteLow(x, pte);
  x.giveUpUnlessAny(PTE.V);
  f.get(pte);
  f.i64(PPN_SHIFT);
  f.op("i64ShrU");
  f.set(x.ppn);
}

/** The table is known, in this role or as one of many roles (see tableRole). */
function emitRoleCheck(x: MmuFunction, shift: Local): void {
  const { f } = x;
  const tableShift = (): void => {
    f.get(shift);
    f.i64(BigInt(INDEX_BITS));
    f.op("i64Add");
  };
  f.get(x.state);
  f.memory("i32Load", PAGE_STATE.tablePatience);
  f.op("i32Eqz");
  x.giveUpIf();
  f.get(x.state);
  f.memory("i64Load", PAGE_STATE.tableRole);
  f.op("i64Eqz");
  f.op("i32Eqz");
  f.if();
  f.get(x.address);
  tableShift();
  f.op("i64ShrS");
  tableShift();
  f.op("i64Shl");
  f.get(shift);
  f.op("i64Or");
  f.get(x.state);
  f.memory("i64Load", PAGE_STATE.tableRole);
  f.op("i64Ne");
  x.giveUpIf();
  f.end();
}

/** Steps 5 and 6 of the walk: reserved encodings, U bit and SUM, R/W/X and MXR. */
function emitPermissionCheck(x: MmuFunction, pte: Local): void {
  const { f } = x;
  pushPteLow(x, pte);
  f.i32(PTE.R | PTE.W);
  f.op("i32And");
  f.i32(PTE.W);
  f.op("i32Eq");
  x.giveUpIf();
  pushPteLow(x, pte);
  f.i32(PTE.U);
  f.op("i32And");
  f.if();
  f.get(x.privilege);
  f.i32(1);
  f.op("i32Eq");
  if (x.access !== ACCESS.fetch) {
    f.get(x.status);
    f.i32(MSTATUS.SUM);
    f.op("i32And");
    f.op("i32Eqz");
    f.op("i32And");
  }
  x.giveUpIf();
  f.else();
  f.get(x.privilege);
  f.op("i32Eqz");
  x.giveUpIf();
  f.end();
  pushPteLow(x, pte);
  if (x.access === ACCESS.load) {
    // R, or X while MXR is set.
    f.i32(PTE.R | PTE.X);
    f.i32(PTE.R);
    f.get(x.status);
    f.i32(MSTATUS.MXR);
    f.op("i32And");
    f.select();
    f.op("i32And");
    f.op("i32Eqz");
    x.giveUpIf();
  } else x.giveUpUnlessAny(x.access === ACCESS.fetch ? PTE.X : PTE.W);
}

/** Sets the accessed bit, for stores the dirty bit: exactly where the walk in TypeScript would. */
function emitUpdate(x: MmuFunction, { shift, entry, pte }: WalkLocals): void {
  const { f } = x;
  const bits = x.access === ACCESS.store ? PTE.A | PTE.D : PTE.A;
  pushInLeaf(x, shift);
  f.get(x.ppn);
  f.op("i64And");
  f.op("i64Eqz");
  f.op("i32Eqz");
  x.giveUpIf();
  pushPteLow(x, pte);
  f.i32(bits);
  f.op("i32And");
  f.i32(bits);
  f.op("i32Ne");
  f.if(undefined, false);
  x.pushPermissions();
  x.giveUpUnlessAny(PAGE_PERMISSION[ACCESS.store]);
  x.pushMapEntry();
  x.giveUpUnlessAny(DIRTY);
  // Not over code.
  f.get(x.state);
  f.memory("i64Load", PAGE_STATE.codeLines);
  f.get(entry);
  f.i32(IN_PAGE);
  f.op("i32And");
  f.i32(CODE_LINE_SHIFT);
  f.op("i32ShrU");
  f.op("i64ExtendI32U");
  f.op("i64ShrU");
  f.op("i32WrapI64");
  x.giveUpIfAny(1);
  f.get(entry);
  pushPteLow(x, pte);
  f.i32(bits);
  f.op("i32Or");
  f.memory("i32Store");
  f.end();
  // The walk proves that this is still a table.
  f.get(x.state);
  f.i32(TABLE_PATIENCE);
  f.memory("i32Store", PAGE_STATE.tablePatience);
}

/** The low bits of a superpage's number come from the address. */
function emitLeaf(x: MmuFunction, shift: Local): void {
  const { f } = x;
  f.get(x.ppn);
  x.pushPageNumber();
  pushInLeaf(x, shift);
  f.op("i64And");
  f.op("i64Or");
  f.set(x.ppn);
}

/** Pushes the mask of the bits of a page number that a leaf at this level does not give. */
function pushInLeaf(x: MmuFunction, shift: Local): void {
  const { f } = x;
  f.i64(1n);
  f.get(shift);
  f.i64(BigInt(PAGE_SHIFT));
  f.op("i64Sub");
  f.op("i64Shl");
  f.i64(1n);
  f.op("i64Sub");
}

function pushPteLow(x: MmuFunction, pte: Local): void {
  x.f.get(pte);
  x.f.op("i32WrapI64");
}
