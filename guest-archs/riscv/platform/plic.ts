// The SiFive PLIC of QEMU's `virt` machine (RISC-V PLIC 1.0.0): sources 1 to 95, priorities 0 to 7, two contexts a
// hart: 2 x hart for M-mode, 2 x hart + 1 for S-mode.
//
// | offset                    | register                                      |
// |---------------------------|-----------------------------------------------|
// | 4 x source                | priority; 0 never interrupts                  |
// | 0x1000 + 4 x word         | pending bits, read-only                       |
// | 0x2000 + 0x80 x context   | enable bits                                   |
// | 0x200000 + 0x1000 x context | threshold                                   |
// | ... + 4                   | claim (read), completion (write)              |
//
// Registers answer to 4-byte accesses only; others read as zero and change nothing.
import {
  type Device,
  ExtravirtError,
  type InterruptLine,
  type StateReader,
  type StateWriter,
} from "../../../core/index.ts";
import { PlicGateways } from "./plic-gateways.ts";

/** Interrupt sources, counting the source 0 that does not exist. */
const PLIC_SOURCES = 96;
const PLIC_MAX_PRIORITY = 7;

const WORDS = PLIC_SOURCES / 32;
const PENDING = 0x1000;
const ENABLE = 0x2000;
const ENABLE_STRIDE = 0x80;
const CONTEXT = 0x20_0000;
const CONTEXT_STRIDE = 0x1000;
const THRESHOLD_REGISTER = 0;
const CLAIM_REGISTER = 4;

/** One target: its enables, its threshold and the line it drives. */
interface Context {
  readonly line: InterruptLine;
  readonly enabled: Uint32Array;
  threshold: number;
}

export class Plic implements Device {
  readonly #gateways = new PlicGateways(PLIC_SOURCES);
  readonly #priorities = new Uint32Array(PLIC_SOURCES);
  readonly #contexts: readonly Context[];

  /** @param lines of the contexts: hart 0 M, hart 0 S, hart 1 M, ... */
  constructor(lines: readonly InterruptLine[]) {
    this.#contexts = lines.map((line) => ({
      line,
      enabled: new Uint32Array(WORDS),
      threshold: 0,
    }));
  }

  /** The line into source 1 to 95. @throws RangeError for a source that does not exist. */
  source(number: number): InterruptLine {
    if (!Number.isInteger(number) || number < 1 || number >= PLIC_SOURCES) {
      throw new RangeError(`The PLIC has sources 1 to ${PLIC_SOURCES - 1}, not ${number}.`);
    }
    return {
      set: (isHigh) => {
        if (this.#gateways.setLevel(number, isHigh)) this.#update();
      },
    };
  }

  read(offset: number, size: 1 | 2 | 4): number {
    if (size !== 4) return 0;
    if (offset < PENDING) return this.#priorities[offset >>> 2] ?? 0;
    if (offset < ENABLE) return this.#gateways.pending[(offset - PENDING) >>> 2] ?? 0;
    if (offset < CONTEXT) return this.#enableWord(offset)?.read() ?? 0;
    const context = this.#contextAt(offset);
    if (context === undefined) return 0;
    switch (offset % CONTEXT_STRIDE) {
      case THRESHOLD_REGISTER:
        return context.threshold;
      case CLAIM_REGISTER:
        return this.#claim(context);
      default:
        return 0;
    }
  }

  write(offset: number, size: 1 | 2 | 4, value: number): void {
    if (size !== 4 || (offset >= PENDING && offset < ENABLE)) return;
    if (offset < PENDING) {
      const source = offset >>> 2;
      if (source > 0 && source < PLIC_SOURCES) this.#priorities[source] = value & PLIC_MAX_PRIORITY;
    } else if (offset < CONTEXT) {
      this.#enableWord(offset)?.write(value);
    } else {
      const context = this.#contextAt(offset);
      if (context === undefined) return;
      const register = offset % CONTEXT_STRIDE;
      if (register === THRESHOLD_REGISTER) context.threshold = value & PLIC_MAX_PRIORITY;
      if (register === CLAIM_REGISTER) this.#complete(context, value);
    }
    this.#update();
  }

  save(writer: StateWriter): void {
    writer.section("plic", 1);
    this.#gateways.save(writer);
    for (const priority of this.#priorities) writer.u32(priority);
    writer.u32(this.#contexts.length);
    for (const context of this.#contexts) {
      writer.u32(context.threshold);
      for (const word of context.enabled) writer.u32(word);
    }
  }

  /** Needs as many contexts; sets the lines again. */
  restore(reader: StateReader): void {
    reader.section("plic", 1);
    this.#gateways.restore(reader);
    for (let source = 0; source < PLIC_SOURCES; source++) this.#priorities[source] = reader.u32();
    const saved = reader.u32();
    if (saved !== this.#contexts.length) {
      throw new ExtravirtError(
        "XV_ERR_STATE_CORRUPT",
        `The saved PLIC has ${saved} contexts, this machine ${this.#contexts.length}.`,
        { remedy: "Restore into a machine with as many harts." },
      );
    }
    for (const context of this.#contexts) {
      context.threshold = reader.u32();
      for (let word = 0; word < WORDS; word++) context.enabled[word] = reader.u32();
    }
    this.#update();
  }

  /** Takes the best request; the threshold masks the line, not the claim. @returns 0 without one. */
  #claim(context: Context): number {
    const source = this.#best(context, 0);
    if (source !== 0) {
      this.#gateways.claim(source);
      this.#update();
    }
    return source;
  }

  /** Ignored for a source that the context does not enable. */
  #complete(context: Context, source: number): void {
    if (source < 1 || source >= PLIC_SOURCES) return;
    const isEnabled = (((context.enabled[source >>> 5] as number) >>> (source & 31)) & 1) !== 0;
    if (isEnabled) this.#gateways.complete(source);
  }

  #update(): void {
    for (const context of this.#contexts) {
      context.line.set(this.#best(context, context.threshold) !== 0);
    }
  }

  /** Highest priority above `floor` among pending enabled sources, lowest number first; 0 for none. */
  #best(context: Context, floor: number): number {
    let best = 0;
    let bestPriority = floor;
    for (let word = 0; word < WORDS; word++) {
      let candidates = (this.#gateways.pending[word] as number) & (context.enabled[word] as number);
      while (candidates !== 0) {
        const bit = 31 - Math.clz32(candidates & -candidates);
        candidates &= candidates - 1;
        const source = word * 32 + bit;
        const priority = this.#priorities[source] as number;
        if (priority > bestPriority) {
          best = source;
          bestPriority = priority;
        }
      }
    }
    return best;
  }

  #contextAt(offset: number): Context | undefined {
    return this.#contexts[Math.floor((offset - CONTEXT) / CONTEXT_STRIDE)];
  }

  #enableWord(offset: number): { read(): number; write(value: number): void } | undefined {
    const context = this.#contexts[Math.floor((offset - ENABLE) / ENABLE_STRIDE)];
    const word = ((offset - ENABLE) % ENABLE_STRIDE) >>> 2;
    if (context === undefined || word >= WORDS) return undefined;
    return {
      read: () => context.enabled[word] as number,
      // Source 0 does not exist.
      write: (value) => {
        context.enabled[word] = word === 0 ? value & ~1 : value;
      },
    };
  }
}
