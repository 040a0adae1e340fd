// Memory accesses of compiled regions. HOT: a hit costs one tag comparison, which also checks alignment. A miss asks for
// a refill, which gives the host address of an ordinary access to RAM; everything else (device, fault, code, page
// tables, an access across pages) is left to the interpreter before anything has happened.
import {
  LOADS,
  probe,
  pushHostAddress,
  pushPhysical,
  storeIfReserved,
  STORES,
} from "../interpreter-memory.ts";
import { TLB } from "../record-layout.ts";
import type { AccessSize, LoadKind } from "../semantics.ts";
import type { AccessGroup, SharedAccess } from "./access-groups.ts";
import type { RegionFrame, RegionImport } from "./region-frame.ts";

const PAGE = 4096;

type Leave = () => void;

/** Pops an address; leaves the access's host address in the local `host`. */
function reach(
  frame: RegionFrame,
  table: number,
  size: AccessSize,
  refill: RegionImport,
  leave: Leave,
  isAtomic = false,
): void {
  const { f } = frame;
  probe(frame, table, size);
  // Of no use after a miss, but a branch less in compiled code.
  pushHostAddress(frame, table);
  f.set(frame.host);
  f.op("i32Eqz");
  f.if(undefined, false);
  // A refill serves misaligned accesses too; atomic ones trap.
  if (isAtomic) leaveIfMisaligned(frame, size, leave);
  f.get(frame.base);
  f.get(frame.address);
  f.i32(size);
  frame.call(refill);
  f.tee(frame.host);
  f.op("i32Eqz");
  f.if(undefined, false);
  leave();
  f.end();
  f.end();
}

/**
 * Checks once for a group of accesses that all of its bytes are in one page that is mapped: then its local holds the host
 * address of the base, else 0.
 */
export function emitShare(frame: RegionFrame, group: AccessGroup): void {
  const { f } = frame;
  const table = group.isStore ? TLB.write : TLB.read;
  const share = frame.share(group.index);
  frame.pushRegister(group.base);
  f.i64FromI32(group.low);
  f.op("i64Add");
  probe(frame, table, 1);
  f.i32(0);
  f.set(share);
  f.if(undefined, true);
  f.get(frame.address);
  f.op("i32WrapI64");
  f.i32(PAGE - 1);
  f.op("i32And");
  f.i32(PAGE - (group.high - group.low));
  f.op("i32LeU");
  f.if(undefined, true);
  pushHostAddress(frame, table);
  f.i32(group.low);
  f.op("i32Sub");
  f.set(share);
  f.end();
  f.end();
}

/** Pops the address of a member of a group; pushes its host address less the offset that the access adds. */
function reachShared(
  frame: RegionFrame,
  { group, offset }: SharedAccess,
  size: AccessSize,
  leave: Leave,
): void {
  const { f } = frame;
  const share = frame.share(group.index);
  f.set(frame.address);
  f.get(share);
  f.if("i32", true);
  f.get(share);
  if (offset < 0) addOffset(frame, offset);
  f.else();
  f.get(frame.base);
  f.get(frame.address);
  f.i32(size);
  frame.call(group.isStore ? "reachWrite" : "reachRead");
  f.tee(frame.host);
  f.op("i32Eqz");
  f.if(undefined, false);
  leave();
  f.end();
  f.get(frame.host);
  if (offset > 0) addOffset(frame, -offset);
  f.end();
}

function addOffset(frame: RegionFrame, offset: number): void {
  frame.f.i32(offset);
  frame.f.op("i32Add");
}

/** Pops an address, pushes the value. @param shared where it belongs to a group of accesses */
export function emitRegionLoad(
  frame: RegionFrame,
  kind: LoadKind,
  leave: Leave,
  shared: SharedAccess | undefined,
): void {
  const { size, op } = LOADS[kind];
  if (shared !== undefined) {
    reachShared(frame, shared, size, leave);
    frame.f.memory(op, Math.max(0, shared.offset), true);
    return;
  }
  reach(frame, TLB.read, size, "refillRead", leave);
  frame.f.get(frame.host);
  frame.f.memory(op, 0, true);
}

/** Pops address and value. */
export function emitRegionStore(
  frame: RegionFrame,
  size: AccessSize,
  leave: Leave,
  shared: SharedAccess | undefined,
): void {
  const { f } = frame;
  f.set(frame.value);
  if (shared !== undefined) {
    reachShared(frame, shared, size, leave);
    f.get(frame.value);
    f.memory(STORES[size], Math.max(0, shared.offset), true);
    return;
  }
  reach(frame, TLB.write, size, "refillWrite", leave);
  f.get(frame.host);
  f.get(frame.value);
  f.memory(STORES[size], 0, true);
}

/** Pops an address; pushes the old value, sign-extended. Its address stays in `host`. */
export function emitRegionUpdateLoad(frame: RegionFrame, size: 4 | 8, leave: Leave): void {
  const { f } = frame;
  reach(frame, TLB.write, size, "refillWrite", leave, true);
  f.get(frame.host);
  f.memory(size === 4 ? "i64Load32S" : "i64Load");
}

/** Pops the new value. */
export function emitRegionUpdateStore(frame: RegionFrame, size: 4 | 8): void {
  const { f } = frame;
  f.set(frame.value);
  f.get(frame.host);
  f.get(frame.value);
  f.memory(STORES[size]);
}

/** Pops an address, pushes the value. */
export function emitRegionLoadReserved(frame: RegionFrame, size: 4 | 8, leave: Leave): void {
  const { f } = frame;
  probe(frame, TLB.read, size);
  leaveUnless(frame, leave);
  f.get(frame.base);
  pushPhysical(frame, TLB.read);
  f.memory("i64Store", frame.layout.reservation);
  pushHostAddress(frame, TLB.read);
  f.memory(size === 4 ? "i64Load32S" : "i64Load");
}

/** Pops address and value, pushes 0 for success. */
export function emitRegionStoreConditional(frame: RegionFrame, size: 4 | 8, leave: Leave): void {
  const { f } = frame;
  f.set(frame.value);
  probe(frame, TLB.write, size);
  leaveUnless(frame, leave);
  storeIfReserved(frame, size, frame.value);
}

/** Pops a condition. */
function leaveUnless(frame: RegionFrame, leave: Leave): void {
  const { f } = frame;
  f.op("i32Eqz");
  f.if(undefined, false);
  leave();
  f.end();
}

function leaveIfMisaligned(frame: RegionFrame, size: AccessSize, leave: Leave): void {
  const { f } = frame;
  f.get(frame.address);
  f.op("i32WrapI64");
  f.i32(size - 1);
  f.op("i32And");
  f.if(undefined, false);
  leave();
  f.end();
}
