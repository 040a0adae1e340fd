// The locals of a compiled region and the short sequences its parts have in common.
import type { StateLayout } from "../interpreter-frame.ts";
import { type Label, type Local, WasmFunction } from "../wasm-function.ts";
import { WORD } from "../record-layout.ts";
import type { ShadowUse } from "../semantics.ts";
import { type RegisterSet, slotsOf, ZERO_SLOT } from "./register-set.ts";

/** Functions that regions import, by index. */
export const REGION_IMPORTS = ["refillRead", "refillWrite", "reachRead", "reachWrite"] as const;
export type RegionImport = (typeof REGION_IMPORTS)[number];
/** Globals that regions import: address of the module's first cell, and its functions' first index in the table. */
export const REGION_GLOBALS = ["cells", "slots"] as const;
export const CELLS_GLOBAL = 0;
export const SLOTS_GLOBAL = 1;
/** The imported table of all regions. */
export const REGION_TABLE = "regions";

/** Parameters of a region: base of the hart's state, entry number, budget, address of the entry. */
export const REGION_PARAMETERS = ["i32", "i32", "i32", "i64"] as const;
export const REGION_RESULTS = ["i32"] as const;

export class RegionFrame {
  readonly layout: StateLayout;
  /**
   * region(base, entry, budget, pc): @returns the steps that are left, after storing the pc. Inverted when the
   * interpreter has to execute the instruction at pc.
   */
  readonly f: WasmFunction = new WasmFunction(REGION_PARAMETERS, REGION_RESULTS);
  readonly base: Local = this.f.parameter(0);
  /** The entry, later what the dispatcher jumps to. */
  readonly label: Local = this.f.parameter(1);
  readonly budget: Local = this.f.parameter(2);
  /** Where to go: the entry, later the target of a computed jump or of an exit. */
  readonly pc: Local = this.f.parameter(3);
  /** Virtual address of the origin. */
  readonly origin: Local = this.f.local("i64");
  readonly tlbSet: Local = this.f.local("i32");
  /** Of an exit: offset of its target, steps not taken off the budget yet, its cell. */
  readonly exit: Local = this.f.local("i32");
  readonly spent: Local = this.f.local("i32");
  readonly cell: Local = this.f.local("i32");
  /** Bits of the region's pages that are known to be mapped. */
  readonly checked: Local = this.f.local("i32");
  readonly address: Local = this.f.local("i64");
  readonly entry: Local = this.f.local("i32");
  readonly host: Local = this.f.local("i32");
  readonly value: Local = this.f.local("i64");
  readonly #registers: Map<number, Local> = new Map();
  readonly #shadows: Map<number, Local> = new Map();
  readonly #shares: Local[] = [];
  /** What of the shadow goes along with the registers; undefined for nothing. */
  readonly shadow: ShadowUse | undefined;
  #zero: Local | undefined;
  #path: Local | undefined;
  #shadowPc: Local | undefined;

  constructor(layout: StateLayout, shadow: ShadowUse | undefined) {
    this.layout = layout;
    this.shadow = shadow;
  }

  /** 0, which no optimiser knows. */
  get zero(): Local {
    return (this.#zero ??= this.f.local("i64"));
  }

  /** Where the shadow goes (region-path.ts). */
  get path(): Local {
    return (this.#path ??= this.f.local("i32"));
  }

  /** Where it goes by a computed jump. */
  get shadowPc(): Local {
    return (this.#shadowPc ??= this.f.local("i64"));
  }

  register(slot: number): Local {
    return this.#localOf(this.#registers, slot);
  }

  shadowRegister(slot: number): Local {
    return this.#localOf(this.#shadows, slot);
  }

  /** Host address of the base that the n-th group of accesses of a block shares, or 0 (access-groups.ts). */
  share(index: number): Local {
    const known = this.#shares[index];
    if (known !== undefined) return known;
    const local = this.f.local("i32");
    this.#shares[index] = local;
    return local;
  }

  pushRegister(slot: number): void {
    if (slot === ZERO_SLOT) this.f.i64FromI32(0);
    else this.f.get(this.register(slot));
  }

  pushShadow(slot: number): void {
    if (slot === ZERO_SLOT) this.f.i64FromI32(0);
    else this.f.get(this.shadowRegister(slot));
  }

  /** Shadows are live and dirty where their registers are. */
  load(registers: RegisterSet): void {
    const { f } = this;
    for (const slot of slotsOf(registers)) {
      for (const [local, at] of this.#places(slot)) {
        f.get(this.base);
        f.memory("i64Load", at);
        f.set(local);
      }
    }
  }

  store(registers: RegisterSet): void {
    const { f } = this;
    for (const slot of slotsOf(registers)) {
      for (const [local, at] of this.#places(slot)) {
        f.get(this.base);
        f.get(local);
        f.memory("i64Store", at);
      }
    }
  }

  /** Locals of a slot and where their values lie in memory. */
  #places(slot: number): readonly (readonly [local: Local, at: number])[] {
    const register = [this.register(slot), slot * 8] as const;
    if (this.shadow === undefined) return [register];
    const at = this.layout.words + WORD.shadow + slot * 8;
    return [register, [this.shadowRegister(slot), at]];
  }

  #localOf(locals: Map<number, Local>, slot: number): Local {
    const known = locals.get(slot);
    if (known !== undefined) return known;
    const local = this.f.local("i64");
    locals.set(slot, local);
    return local;
  }

  /** Pushes the virtual address at an offset from the origin. */
  pushAddress(offset: number): void {
    const { f } = this;
    f.get(this.origin);
    if (offset === 0) return;
    f.i64FromI32(offset);
    f.op("i64Add");
  }

  storePc(): void {
    const { f } = this;
    f.get(this.base);
    f.get(this.pc);
    f.memory("i64Store", this.layout.pc);
  }

  call(name: RegionImport): void {
    this.f.call(REGION_IMPORTS.indexOf(name));
  }

  takeOffBudget(push: () => void): void {
    const { f } = this;
    f.get(this.budget);
    push();
    f.op("i32Sub");
    f.set(this.budget);
  }

  /** Emits `body` inside a block that nothing but `label` leaves. */
  inBlock(body: (label: Label) => void): void {
    const label = this.f.block();
    body(label);
    this.f.end();
  }
}
