// Generates the three refills: translate, enter the page into a table of the hart's current TLB set, return the host
// address. HOT: most TLB misses end here, without a call into JavaScript (bench: Debian boot).
import { DIRTY } from "../../../core/index.ts";
import { CODE_LINE_SHIFT, PAGE_STATE } from "../../engine/page-states.ts";
import {
  DATA_TLB_ENTRIES,
  FETCH_TLB_ENTRIES,
  TLB,
  TLB_ENTRY,
  TLB_ENTRY_BYTES,
  WORD,
} from "../../engine/record-layout.ts";
import type { SoftTlb } from "../../engine/soft-tlb.ts";
import type { Local, WasmFunction } from "../../engine/wasm-function.ts";
import { HART_STATE_BYTES } from "../hart-layout.ts";
import { PTE } from "../privileged/page-walk.ts";
import { ACCESS } from "../privileged/privileged-hart.ts";
import { PAGE_SHIFT } from "../table-role.ts";
import { MmuFunction, type MmuPlaces } from "./mmu-function.ts";
import { emitTranslate } from "./translate.ts";

const PAGE_BYTES = 1 << PAGE_SHIFT;
const ENTRY_ALIGNMENT = -8;

/** (base, address, size) to the host address, or 0. */
export function generateRefillRead(places: MmuPlaces): WasmFunction {
  const x = new MmuFunction(places, ACCESS.load);
  const { f } = x;
  const frame = f.local("i32");
  emitInPageCheck(x);
  emitTranslate(x);
  x.pushMapEntry();
  x.toFrame();
  f.set(frame);
  f.get(x.state);
  f.i32(1);
  f.memory("i32Store", PAGE_STATE.isRead);
  emitFill(x, "read", frame);
  pushHost(x, frame);
  return f;
}

/** (base, address, size) to the host address, or 0. The page is the replica's own already. */
export function generateRefillWrite(places: MmuPlaces): WasmFunction {
  const x = new MmuFunction(places, ACCESS.store);
  const { f } = x;
  const frame = f.local("i32");
  const last = f.local("i32");
  emitInPageCheck(x);
  emitTranslate(x);
  x.pushMapEntry();
  x.giveUpUnlessAny(DIRTY);
  x.pushMapEntry();
  x.toFrame();
  f.set(frame);
  x.pushInPage();
  f.get(f.parameter(2));
  f.op("i32Add");
  f.i32(1);
  f.op("i32Sub");
  f.set(last);
  // Pages of code or tables get no entry: each store to them has to come here.
  f.get(x.state);
  f.memory("i64Load", PAGE_STATE.codeLines);
  f.op("i64Eqz");
  f.get(x.state);
  f.memory("i32Load", PAGE_STATE.tablePatience);
  f.op("i32Eqz");
  f.op("i32And");
  f.if(undefined, true);
  emitFill(x, "write", frame);
  f.else();
  emitBesideCode(x, last);
  emitOverFreeEntries(x, frame, last);
  f.end();
  pushHost(x, frame);
  return f;
}

/** (base, address) to the block of records of the page, or 0. */
export function generateRefillFetch(places: MmuPlaces): WasmFunction {
  const x = new MmuFunction(places, ACCESS.fetch);
  const { f } = x;
  const block = f.local("i32");
  emitTranslate(x);
  f.get(x.state);
  f.memory("i32Load", PAGE_STATE.block);
  f.tee(block);
  f.op("i32Eqz");
  x.giveUpIf();
  emitFill(x, "fetch", block);
  f.get(block);
  return f;
}

function emitInPageCheck(x: MmuFunction): void {
  const { f } = x;
  x.pushInPage();
  f.get(f.parameter(2));
  f.op("i32Add");
  f.i32(PAGE_BYTES);
  f.op("i32GtU");
  x.giveUpIf();
}

/** In a page with code: gives up when a byte of the store lies in a line with code, or when patience ends. */
function emitBesideCode(x: MmuFunction, last: Local): void {
  const { f } = x;
  f.get(x.state);
  f.memory("i64Load", PAGE_STATE.codeLines);
  f.op("i64Eqz");
  f.op("i32Eqz");
  f.if();
  for (const pushByte of [() => x.pushInPage(), () => f.get(last)]) {
    f.get(x.state);
    f.memory("i64Load", PAGE_STATE.codeLines);
    pushByte();
    f.i32(CODE_LINE_SHIFT);
    f.op("i32ShrU");
    f.op("i64ExtendI32U");
    f.op("i64ShrU");
    f.op("i32WrapI64");
    x.giveUpIfAny(1);
  }
  emitPatience(x, PAGE_STATE.codePatience);
  f.end();
}

/** In a page of tables: gives up when the store lies over a valid entry, or when patience ends. */
function emitOverFreeEntries(x: MmuFunction, frame: Local, last: Local): void {
  const { f } = x;
  f.get(x.state);
  f.memory("i32Load", PAGE_STATE.tablePatience);
  f.if();
  for (const pushByte of [() => x.pushInPage(), () => f.get(last)]) {
    f.get(frame);
    pushByte();
    f.i32(ENTRY_ALIGNMENT);
    f.op("i32And");
    f.op("i32Add");
    f.memory("i32Load");
    x.giveUpIfAny(PTE.V);
  }
  emitPatience(x, PAGE_STATE.tablePatience);
  f.end();
}

/** Takes one from a count that the slow path takes to its end. */
function emitPatience(x: MmuFunction, field: number): void {
  const { f } = x;
  f.get(x.state);
  f.memory("i32Load", field);
  f.i32(1);
  f.op("i32LeU");
  x.giveUpIf();
  f.get(x.state);
  f.get(x.state);
  f.memory("i32Load", field);
  f.i32(1);
  f.op("i32Sub");
  f.memory("i32Store", field);
}

/** Enters the page; see SoftTlb.fill. */
function emitFill(x: MmuFunction, table: Parameters<SoftTlb["fill"]>[0], target: Local): void {
  const { f } = x;
  const entry = f.local("i32");
  const tag = f.local("i64");
  const entries = table === "fetch" ? FETCH_TLB_ENTRIES : DATA_TLB_ENTRIES;
  f.get(x.base);
  f.memory("i32Load", HART_STATE_BYTES + WORD.tlbSet);
  x.pushPageNumber();
  f.op("i32WrapI64");
  f.i32(entries - 1);
  f.op("i32And");
  f.i32(Math.log2(TLB_ENTRY_BYTES));
  f.op("i32Shl");
  f.op("i32Add");
  f.tee(entry);
  f.get(x.address);
  f.i64(BigInt(-PAGE_BYTES));
  f.op("i64And");
  f.tee(tag);
  f.memory("i64Store", TLB[table] + TLB_ENTRY.tag);
  f.get(entry);
  f.get(target);
  if (table !== "fetch") {
    f.get(tag);
    f.op("i32WrapI64");
    f.op("i32Sub");
  }
  f.memory("i32Store", TLB[table] + TLB_ENTRY.addend);
  f.get(entry);
  f.get(x.page);
  f.i32(x.places.ramPage);
  f.op("i32Add");
  f.memory("i32Store", TLB[table] + TLB_ENTRY.page);
}

function pushHost(x: MmuFunction, frame: Local): void {
  x.f.get(frame);
  x.pushInPage();
  x.f.op("i32Add");
}
