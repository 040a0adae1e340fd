// Memory accesses of the interpreter. HOT: a hit costs one tag comparison, which also checks alignment. A miss calls the
// refill, and only what that does not serve (device, fault, store over code) is a call into JavaScript. The host address
// of a slow access is the data word, so that one load instruction serves all ways. (bench/interpreter.ts)
import type { InterpreterFrame } from "./interpreter-frame.ts";
import type { InterpreterImports } from "./interpreter-imports.ts";
import { DATA_TLB_ENTRIES, TLB, TLB_ENTRY, WORD } from "./record-layout.ts";
import type { AccessSize, LoadKind } from "./semantics.ts";
import type { Local } from "./wasm-function.ts";
import type { MemoryOp } from "./wasm-opcodes.ts";

export const LOADS: Readonly<
  Record<LoadKind, { readonly size: AccessSize; readonly op: MemoryOp }>
> = {
  s8: { size: 1, op: "i64Load8S" },
  u8: { size: 1, op: "i64Load8U" },
  s16: { size: 2, op: "i64Load16S" },
  u16: { size: 2, op: "i64Load16U" },
  s32: { size: 4, op: "i64Load32S" },
  u32: { size: 4, op: "i64Load32U" },
  u64: { size: 8, op: "i64Load" },
};

export const STORES: Readonly<Record<AccessSize, MemoryOp>> = {
  1: "i64Store8",
  2: "i64Store16",
  4: "i64Store32",
  8: "i64Store",
};

/** What an access needs of the function it is in. */
export type AccessFrame = Pick<InterpreterFrame, "f" | "address" | "entry" | "tlbSet">;

/** Pops an address into the locals `address` and `entry`; pushes whether the table has its page, aligned. */
export function probe(frame: AccessFrame, table: number, size: AccessSize): void {
  const { f } = frame;
  f.tee(frame.address);
  f.op("i32WrapI64");
  f.i32(8);
  f.op("i32ShrU");
  f.i32((DATA_TLB_ENTRIES - 1) << 4);
  f.op("i32And");
  f.get(frame.tlbSet);
  f.op("i32Add");
  f.tee(frame.entry);
  f.memory("i64Load", table + TLB_ENTRY.tag);
  f.get(frame.address);
  f.op("i64Xor");
  f.i64FromI32(-4096 | (size - 1));
  f.op("i64And");
  f.op("i64Eqz");
}

export function pushHostAddress(frame: AccessFrame, table: number): void {
  const { f } = frame;
  f.get(frame.entry);
  f.memory("i32Load", table + TLB_ENTRY.addend);
  f.get(frame.address);
  f.op("i32WrapI64");
  f.op("i32Add");
}

/** Pushes the host address of the access at `address` after a miss, or 0. */
function refill(
  frame: InterpreterFrame,
  name: "refillRead" | "refillWrite",
  size: AccessSize,
): void {
  const { f } = frame;
  f.get(frame.base);
  f.get(frame.address);
  f.i32(size);
  frame.call(name);
}

/** The same for atomic operations, which have to be aligned. */
function refillAligned(
  frame: InterpreterFrame,
  name: "refillRead" | "refillWrite",
  size: 4 | 8,
): void {
  const { f } = frame;
  f.get(frame.address);
  f.op("i32WrapI64");
  f.i32(size - 1);
  f.op("i32And");
  f.if("i32", false);
  f.i32(0);
  f.else();
  refill(frame, name, size);
  f.end();
}

/** Pops an address; pushes whether the table has its page, aligned, after a refill where that takes one. */
function probeOrRefill(
  frame: InterpreterFrame,
  name: "refillRead" | "refillWrite",
  size: 4 | 8,
): void {
  const { f } = frame;
  const table = name === "refillRead" ? TLB.read : TLB.write;
  probe(frame, table, size);
  f.if("i32", true);
  f.i32(1);
  f.else();
  refillAligned(frame, name, size);
  f.drop();
  f.get(frame.address);
  probe(frame, table, size);
  f.end();
}

/** Calls a slow path for the access at `address` and leaves for what it trapped to. */
function slow(frame: InterpreterFrame, name: keyof InterpreterImports, size: AccessSize): void {
  const { f } = frame;
  frame.sync();
  f.get(frame.address);
  f.i64(32n);
  f.op("i64ShrU");
  f.op("i32WrapI64");
  f.get(frame.address);
  f.op("i32WrapI64");
  f.i32(size);
  frame.call(name);
  frame.goToIf("resync", false);
  frame.reloadBudget();
}

function pushDataAddress(frame: InterpreterFrame): void {
  frame.f.get(frame.base);
  frame.f.i32(frame.layout.words + WORD.data);
  frame.f.op("i32Add");
}

/** Pops a host address or 0, for which it calls a slow path that loads; pushes the host address. */
function orSlow(frame: InterpreterFrame, name: "load" | "loadForUpdate", size: AccessSize): void {
  const { f } = frame;
  f.tee(frame.host);
  f.op("i32Eqz");
  f.if(undefined, false);
  slow(frame, name, size);
  pushDataAddress(frame);
  f.set(frame.host);
  f.end();
  f.get(frame.host);
}

/** Pops an address, pushes the value. */
export function emitLoad(frame: InterpreterFrame, kind: LoadKind): void {
  const { f } = frame;
  const { size, op } = LOADS[kind];
  probe(frame, TLB.read, size);
  f.if("i32", true);
  pushHostAddress(frame, TLB.read);
  f.else();
  refill(frame, "refillRead", size);
  orSlow(frame, "load", size);
  f.end();
  f.memory(op);
}

/** Pops address and value. */
export function emitStore(frame: InterpreterFrame, size: AccessSize): void {
  const { f } = frame;
  f.set(frame.result);
  probe(frame, TLB.write, size);
  f.if(undefined, true);
  pushHostAddress(frame, TLB.write);
  f.get(frame.result);
  f.memory(STORES[size]);
  f.else();
  refill(frame, "refillWrite", size);
  f.tee(frame.host);
  f.if(undefined, true);
  f.get(frame.host);
  f.get(frame.result);
  f.memory(STORES[size]);
  f.else();
  f.get(frame.base);
  f.get(frame.result);
  f.memory("i64Store", frame.layout.words + WORD.data);
  slow(frame, "store", size);
  f.end();
  f.end();
}

/** Pops an address; sets local `host` to where the old value is, and pushes that value, sign-extended. */
export function emitUpdateLoad(frame: InterpreterFrame, size: 4 | 8): void {
  const { f } = frame;
  probe(frame, TLB.write, size);
  f.if("i32", true);
  pushHostAddress(frame, TLB.write);
  f.else();
  refillAligned(frame, "refillWrite", size);
  orSlow(frame, "loadForUpdate", size);
  f.end();
  f.tee(frame.host);
  f.memory(size === 4 ? "i64Load32S" : "i64Load");
}

/** Pops the new value and stores it where `emitUpdateLoad` found the old one. */
export function emitUpdateStore(frame: InterpreterFrame, size: 4 | 8): void {
  const { f } = frame;
  f.set(frame.result);
  f.get(frame.host);
  f.get(frame.result);
  f.memory(STORES[size]);
  f.get(frame.host);
  pushDataAddress(frame);
  f.op("i32Eq");
  f.if(undefined, false);
  slow(frame, "store", size);
  f.end();
}

/** Pushes the guest-physical address of the access that `probe` found in a table. */
export function pushPhysical(frame: AccessFrame, table: number): void {
  const { f } = frame;
  f.get(frame.entry);
  f.memory("i64Load32U", table + TLB_ENTRY.page);
  f.i64(12n);
  f.op("i64Shl");
  f.get(frame.address);
  f.i64(4095n);
  f.op("i64And");
  f.op("i64Or");
}

/** Pops an address, pushes the value. */
export function emitLoadReserved(frame: InterpreterFrame, size: 4 | 8): void {
  const { f } = frame;
  probeOrRefill(frame, "refillRead", size);
  f.if("i32", true);
  f.get(frame.base);
  pushPhysical(frame, TLB.read);
  f.memory("i64Store", frame.layout.reservation);
  pushHostAddress(frame, TLB.read);
  f.else();
  slow(frame, "loadReserved", size);
  pushDataAddress(frame);
  f.end();
  f.memory(size === 4 ? "i64Load32S" : "i64Load");
}

/**
 * Stores `value` where `probe` found a page to write, if its address is the reserved one, and drops the reservation;
 * pushes 0 for success.
 */
export function storeIfReserved(
  frame: AccessFrame & Pick<InterpreterFrame, "base" | "layout">,
  size: 4 | 8,
  value: Local,
): void {
  const { f } = frame;
  pushPhysical(frame, TLB.write);
  f.get(frame.base);
  f.memory("i64Load", frame.layout.reservation);
  f.op("i64Eq");
  f.if("i64", true);
  pushHostAddress(frame, TLB.write);
  f.get(value);
  f.memory(STORES[size]);
  f.i64(0n);
  f.else();
  f.i64(1n);
  f.end();
  f.get(frame.base);
  f.i64(-1n);
  f.memory("i64Store", frame.layout.reservation);
}

/** Pops address and value, pushes 0 for success. */
export function emitStoreConditional(frame: InterpreterFrame, size: 4 | 8): void {
  const { f } = frame;
  f.set(frame.result);
  probeOrRefill(frame, "refillWrite", size);
  f.if("i64", true);
  storeIfReserved(frame, size, frame.result);
  f.else();
  f.get(frame.base);
  f.get(frame.result);
  f.memory("i64Store", frame.layout.words + WORD.data);
  slow(frame, "storeConditional", size);
  f.get(frame.base);
  f.memory("i64Load", frame.layout.words + WORD.data);
  f.end();
}
