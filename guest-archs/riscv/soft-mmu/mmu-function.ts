// The locals of one function of the soft MMU, and the short sequences its parts have in common. Whatever is out of the
// ordinary makes the function return 0: its caller then takes the slow path in TypeScript, which starts from scratch
// and decides about traps.
import { PAGE_STATE_SHIFT } from "../../engine/page-states.ts";
import { WORD } from "../../engine/record-layout.ts";
import { type Local, type ValueType, WasmFunction } from "../../engine/wasm-function.ts";
import { HART_STATE_BYTES } from "../hart-layout.ts";
import { type Access, ACCESS } from "../privileged/privileged-hart.ts";
import { PAGE_SHIFT } from "../table-role.ts";

/** Where the replica's things lie, as byte offsets into the shared memory; known when the code is generated. */
export interface MmuPlaces {
  /** Guest-physical page number of the first page of RAM. */
  readonly ramPage: number;
  readonly ramPages: number;
  /** See PageMap. */
  readonly mapEntries: number;
  readonly frames: number;
  /** See PageStates. */
  readonly pageStates: number;
}

export class MmuFunction {
  readonly f: WasmFunction;
  readonly places: MmuPlaces;
  readonly access: Access;
  readonly base: Local;
  readonly address: Local;
  readonly status: Local;
  readonly privilege: Local;
  /** Physical page number, then the page's number within RAM and the address of its state. */
  readonly ppn: Local;
  readonly page: Local;
  readonly state: Local;

  /** Parameters: base of the hart's state, address, and the size of the access except for fetches. */
  constructor(places: MmuPlaces, access: Access) {
    const size: readonly ValueType[] = access === ACCESS.fetch ? [] : ["i32"];
    this.f = new WasmFunction(["i32", "i64", ...size], ["i32"]);
    this.places = places;
    this.access = access;
    this.base = this.f.parameter(0);
    this.address = this.f.parameter(1);
    this.status = this.f.local("i32");
    this.privilege = this.f.local("i32");
    this.ppn = this.f.local("i64");
    this.page = this.f.local("i32");
    this.state = this.f.local("i32");
  }

  /** Pops a condition under which the slow path has to decide. */
  giveUpIf(): void {
    const { f } = this;
    f.if(undefined, false);
    f.i32(0);
    f.return();
    f.end();
  }

  /** Pops an i32; gives up unless all bits of the mask are clear in it. */
  giveUpIfAny(mask: number): void {
    this.f.i32(mask);
    this.f.op("i32And");
    this.giveUpIf();
  }

  /** Pops an i32; gives up unless a bit of the mask is set in it. */
  giveUpUnlessAny(mask: number): void {
    this.f.i32(mask);
    this.f.op("i32And");
    this.f.op("i32Eqz");
    this.giveUpIf();
  }

  /** From `ppn` to `page` and `state`; only RAM is ordinary. */
  findPage(): void {
    const { f, places } = this;
    f.get(this.ppn);
    f.i64(BigInt(places.ramPage));
    f.op("i64Sub");
    f.i64(BigInt(places.ramPages));
    f.op("i64GeU");
    this.giveUpIf();
    f.get(this.ppn);
    f.op("i32WrapI64");
    f.i32(places.ramPage);
    f.op("i32Sub");
    f.tee(this.page);
    f.i32(PAGE_STATE_SHIFT);
    f.op("i32Shl");
    f.i32(places.pageStates);
    f.op("i32Add");
    f.set(this.state);
  }

  /** Pushes the page-map entry of `page`. */
  pushMapEntry(): void {
    const { f } = this;
    f.get(this.page);
    f.i32(2);
    f.op("i32Shl");
    f.memory("i32Load", this.places.mapEntries);
  }

  /** Pops a page-map entry, pushes the host address of the frame. */
  toFrame(): void {
    const { f } = this;
    f.i32(1);
    f.op("i32ShrU");
    f.i32(PAGE_SHIFT);
    f.op("i32Shl");
    f.i32(this.places.frames);
    f.op("i32Add");
  }

  /** Pushes the PMP permissions of `page`. */
  pushPermissions(): void {
    const { f } = this;
    f.get(this.base);
    f.memory("i32Load", HART_STATE_BYTES + WORD.permissions);
    f.get(this.page);
    f.op("i32Add");
    f.memory("i32Load8U");
  }

  /** Pushes the offset of the access in its page. */
  pushInPage(): void {
    const { f } = this;
    f.get(this.address);
    f.op("i32WrapI64");
    f.i32((1 << PAGE_SHIFT) - 1);
    f.op("i32And");
  }

  /** Pushes the virtual page number. */
  pushPageNumber(): void {
    const { f } = this;
    f.get(this.address);
    f.i64(BigInt(PAGE_SHIFT));
    f.op("i64ShrU");
  }

  loadSlot(slot: number, half: 0 | 1 = 0): void {
    this.f.get(this.base);
    this.f.memory("i32Load", slot * 8 + half * 4);
  }
}
