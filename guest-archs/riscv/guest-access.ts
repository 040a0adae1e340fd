// Slow paths of loads, stores and atomics: TLB misses, misaligned and page-crossing accesses, devices, faults.
// Misaligned loads and stores in RAM are performed; both pages are translated before anything is written.
// Misaligned atomics and misaligned device accesses trap, as on QEMU's `virt`.
import { type GuestMemory, type MmioBus, PAGE_BYTES } from "../../core/index.ts";
import type { CodeCache } from "../engine/code-cache.ts";
import { PAGE_STATE, type PageStates } from "../engine/page-states.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { loadDestination } from "./load-destination.ts";
import { ACCESS, type Access } from "./privileged/privileged-hart.ts";
import type { TablePages } from "./table-pages.ts";

const CAUSE = { loadMisaligned: 4, loadAccess: 5, storeMisaligned: 6, storeAccess: 7 } as const;
const DONE = 0;
const TRAPPED = 1;
const IN_PAGE = PAGE_BYTES - 1;

export interface AccessEnvironment {
  readonly memory: GuestMemory;
  readonly ramBase: number;
  readonly bus: MmioBus;
  readonly code: CodeCache;
  readonly tables: TablePages;
  readonly states: PageStates;
  /** A device is about to be accessed: it may read the clock. */
  beforeDevice(): void;
  /** A device was accessed: interrupts may have changed. */
  afterDevice(): void;
}

export class GuestAccess {
  readonly #environment: AccessEnvironment;
  readonly #u8: Uint8Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #ramPage: number;

  constructor(environment: AccessEnvironment) {
    this.#environment = environment;
    this.#u8 = new Uint8Array(environment.memory.shared.buffer);
    this.#view = new DataView(environment.memory.shared.buffer);
    this.#ramPage = environment.ramBase / PAGE_BYTES;
  }

  load(hart: Hart, high: number, low: number, size: number): number {
    const first = Math.min(size, PAGE_BYTES - (low & IN_PAGE));
    const address = this.#translate(hart, high, low, ACCESS.load, first);
    if (address < 0) return TRAPPED;
    if (first === size) return this.#loadAt(hart, high, low, address, size);
    const [high2, low2] = nextPage(high, low);
    const address2 = this.#translate(hart, high2, low2, ACCESS.load, size - first);
    if (address2 < 0) return TRAPPED;
    if (!this.#isRam(address, first)) return trap(hart, CAUSE.loadAccess, high, low);
    if (!this.#isRam(address2, size - first)) return trap(hart, CAUSE.loadAccess, high2, low2);
    for (let i = 0; i < size; i += 1) {
      const from = i < first ? address + i : address2 + i - first;
      this.#u8[hart.data + i] = this.#u8[this.#readable(from)] as number;
    }
    return DONE;
  }

  store(hart: Hart, high: number, low: number, size: number): number {
    const first = Math.min(size, PAGE_BYTES - (low & IN_PAGE));
    const address = this.#translate(hart, high, low, ACCESS.store, first);
    if (address < 0) return TRAPPED;
    if (first === size) return this.#storeAt(hart, high, low, address, size);
    const [high2, low2] = nextPage(high, low);
    const address2 = this.#translate(hart, high2, low2, ACCESS.store, size - first);
    if (address2 < 0) return TRAPPED;
    if (!this.#isRam(address, first)) return trap(hart, CAUSE.storeAccess, high, low);
    if (!this.#isRam(address2, size - first)) return trap(hart, CAUSE.storeAccess, high2, low2);
    this.#copyOut(hart, 0, address, first);
    this.#copyOut(hart, first, address2, size - first);
    return DONE;
  }

  /** Before an atomic operation: everything that can trap happens here, with store permission. */
  loadForUpdate(hart: Hart, high: number, low: number, size: number): number {
    if ((low & (size - 1)) !== 0) return trap(hart, CAUSE.storeMisaligned, high, low);
    const address = this.#translate(hart, high, low, ACCESS.store, size);
    if (address < 0) return TRAPPED;
    if (!this.#isRam(address, size)) return trap(hart, CAUSE.storeAccess, high, low);
    this.#copyIn(hart, this.#readable(address), size);
    return DONE;
  }

  loadReserved(hart: Hart, high: number, low: number, size: number): number {
    if ((low & (size - 1)) !== 0) return trap(hart, CAUSE.loadMisaligned, high, low);
    const address = this.#translate(hart, high, low, ACCESS.load, size);
    if (address < 0) return TRAPPED;
    if (!this.#isRam(address, size)) return trap(hart, CAUSE.loadAccess, high, low);
    hart.slots[SLOT.reservation] = BigInt(address);
    return this.#loadAt(hart, high, low, address, size);
  }

  storeConditional(hart: Hart, high: number, low: number, size: number): number {
    if ((low & (size - 1)) !== 0) return trap(hart, CAUSE.storeMisaligned, high, low);
    const address = this.#translate(hart, high, low, ACCESS.store, size);
    if (address < 0) return TRAPPED;
    if (!this.#isRam(address, size)) return trap(hart, CAUSE.storeAccess, high, low);
    const isReserved = hart.slots[SLOT.reservation] === BigInt(address);
    hart.clearReservation();
    if (isReserved) this.#storeAt(hart, high, low, address, size);
    this.#setData(hart, isReserved ? 0 : 1, 0);
    return DONE;
  }

  /** @returns the guest-physical address, or -1 after a trap. */
  #translate(hart: Hart, high: number, low: number, access: Access, bytes: number): number {
    let address = hart.translate(high, low, access);
    // Rules differ within the page: they have to hold for every byte.
    if (address >= 0 && bytes > 1 && !hart.isPageUniform) {
      address = hart.translate(high, low, access, bytes);
    }
    if (address < 0) trap(hart, hart.privileged.faultCause, high, low);
    return address;
  }

  #loadAt(hart: Hart, high: number, low: number, address: number, size: number): number {
    const { ramBase, memory } = this.#environment;
    if (!this.#isRam(address, size)) return this.#loadDevice(hart, high, low, address, size);
    const host = this.#readable(address);
    this.#copyIn(hart, host, size);
    if (hart.isPageUniform) {
      const page = Math.floor((address - ramBase) / PAGE_BYTES);
      this.#environment.states.set(page, PAGE_STATE.isRead, 1);
      hart.tlb.fill("read", high, low, memory.frameForRead(page), this.#ramPage + page);
    }
    return DONE;
  }

  #storeAt(hart: Hart, high: number, low: number, address: number, size: number): number {
    const { ramBase, memory } = this.#environment;
    if (!this.#isRam(address, size)) return this.#storeDevice(hart, high, low, address, size);
    // The cause of a page being uniform is the last translation's, which is this one's.
    const isUniform = hart.isPageUniform;
    if (this.#copyOut(hart, 0, address, size) && isUniform) {
      const page = Math.floor((address - ramBase) / PAGE_BYTES);
      hart.tlb.fill("write", high, low, memory.frameForWrite(page), this.#ramPage + page);
    }
    return DONE;
  }

  /** Data word to RAM within a page. @returns true when the page may get a write translation. */
  #copyOut(hart: Hart, from: number, address: number, size: number): boolean {
    const { code, memory, ramBase, tables } = this.#environment;
    const offset = address - ramBase;
    const inPage = offset & IN_PAGE;
    const page = (offset - inPage) / PAGE_BYTES;
    const isData = tables.prepareStore(page, inPage, size);
    const isFree = code.prepareStore(page, inPage, size) && isData;
    const host = memory.frameForWrite(page) + inPage;
    this.#move(host, hart.data + from, size);
    return isFree;
  }

  #copyIn(hart: Hart, host: number, size: number): void {
    this.#move(hart.data, host, size);
  }

  /** HOT: every TLB miss comes here; `copyWithin` is slow for a few bytes. */
  #move(to: number, from: number, size: number): void {
    const view = this.#view;
    if (size === 8) {
      view.setUint32(to, view.getUint32(from, true), true);
      view.setUint32(to + 4, view.getUint32(from + 4, true), true);
    } else if (size === 4) view.setUint32(to, view.getUint32(from, true), true);
    else for (let i = 0; i < size; i += 1) view.setUint8(to + i, view.getUint8(from + i));
  }

  #loadDevice(hart: Hart, high: number, low: number, address: number, size: number): number {
    const { bus } = this.#environment;
    if ((address & (size - 1)) !== 0) return trap(hart, CAUSE.loadAccess, high, low);
    this.#environment.beforeDevice();
    const value = bus.read(address, width(size));
    const upper = size === 8 ? bus.read(address + 4, 4) : 0;
    this.#environment.afterDevice();
    if (value === undefined || upper === undefined) return trap(hart, CAUSE.loadAccess, high, low);
    bus.loaded?.(() => loadDestination(hart, this.#environment));
    this.#setData(hart, value, upper);
    return DONE;
  }

  #storeDevice(hart: Hart, high: number, low: number, address: number, size: number): number {
    const { bus } = this.#environment;
    if ((address & (size - 1)) !== 0) return trap(hart, CAUSE.storeAccess, high, low);
    const part = width(size);
    const value = this.#view.getUint32(hart.data, true) & (2 ** (8 * part) - 1);
    this.#environment.beforeDevice();
    let isAnswered = bus.write(address, part, value >>> 0);
    if (isAnswered && size === 8) {
      isAnswered = bus.write(address + 4, 4, this.#view.getUint32(hart.data + 4, true));
    }
    this.#environment.afterDevice();
    return isAnswered ? DONE : trap(hart, CAUSE.storeAccess, high, low);
  }

  #setData(hart: Hart, low: number, high: number): void {
    this.#view.setUint32(hart.data, low, true);
    this.#view.setUint32(hart.data + 4, high, true);
  }

  #isRam(address: number, size: number): boolean {
    return this.#environment.memory.contains(address - this.#environment.ramBase, size);
  }

  #readable(address: number): number {
    const offset = address - this.#environment.ramBase;
    const inPage = offset & IN_PAGE;
    return this.#environment.memory.frameForRead((offset - inPage) / PAGE_BYTES) + inPage;
  }
}

function trap(hart: Hart, cause: number, high: number, low: number): number {
  hart.trap(cause, high, low);
  return TRAPPED;
}

/** The start of the page after an address, in halves. */
function nextPage(high: number, low: number): readonly [high: number, low: number] {
  const next = ((low & ~IN_PAGE) + PAGE_BYTES) | 0;
  return [next === 0 ? (high + 1) | 0 : high, next];
}

/** Devices see at most 4 bytes at a time. */
function width(size: number): 1 | 2 | 4 {
  return size === 1 || size === 2 ? size : 4;
}
