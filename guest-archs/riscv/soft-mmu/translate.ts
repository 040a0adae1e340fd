// Translation at the hart's current privilege: generates what page-walk.ts does in TypeScript for accesses that
// succeed (Privileged ISA 1.12, 4.3.2). Leaves the page in the locals `page` and `state`, PMP checked.
import { SLOT } from "../hart-layout.ts";
import { MPP_SHIFT, MSTATUS } from "../privileged/mstatus.ts";
import { MACHINE_SHIFT, PAGE_PERMISSION } from "../privileged/pmp-pages.ts";
import { ACCESS } from "../privileged/privileged-hart.ts";
import type { MmuFunction } from "./mmu-function.ts";
import { emitWalk } from "./walk.ts";

const MACHINE = 3;
const MODE_SHIFT = 28;

export function emitTranslate(x: MmuFunction): void {
  const { f } = x;
  emitPrivilege(x);
  x.pushPageNumber();
  f.set(x.ppn);
  f.get(x.privilege);
  f.i32(MACHINE);
  f.op("i32Ne");
  f.if();
  x.loadSlot(SLOT.satp, 1);
  f.i32(MODE_SHIFT);
  f.op("i32ShrU");
  f.if();
  emitWalk(x);
  f.end();
  f.end();
  x.findPage();
  emitPmpCheck(x);
}

/** Sets `status` and the privilege that counts for this access (3.1.6.3). */
function emitPrivilege(x: MmuFunction): void {
  const { f } = x;
  x.loadSlot(SLOT.mstatus);
  f.set(x.status);
  x.loadSlot(SLOT.priv);
  f.i32(3);
  f.op("i32And");
  f.set(x.privilege);
  if (x.access === ACCESS.fetch) return;
  f.get(x.status);
  f.i32(MSTATUS.MPRV);
  f.op("i32And");
  f.if(undefined, false);
  f.get(x.status);
  f.i32(MSTATUS.MPP);
  f.op("i32And");
  f.i32(MPP_SHIFT);
  f.op("i32ShrU");
  f.set(x.privilege);
  f.end();
}

function emitPmpCheck(x: MmuFunction): void {
  const { f } = x;
  x.pushPermissions();
  f.i32(MACHINE_SHIFT);
  f.i32(0);
  f.get(x.privilege);
  f.i32(MACHINE);
  f.op("i32Eq");
  f.select();
  f.op("i32ShrU");
  x.giveUpUnlessAny(PAGE_PERMISSION[x.access]);
}
