// Runs short M-mode programs: RAM, a UART that only sends and is always ready, and a test finisher.
import { readFileSync } from "node:fs";
import type {
  CodeExchange,
  Processor,
  ProcessorContext,
  ProcessorInstrumentation,
} from "../../../core/index.ts";
import { compilerOptions } from "../../../guest-archs/riscv/compiler-options.ts";
import { createPrivilegedHart } from "../../../guest-archs/riscv/privileged/create-privileged-hart.ts";
import { HartState } from "../../../guest-archs/riscv/privileged/hart-state.ts";
import { createProcessor } from "../../../guest-archs/riscv/processor.ts";
import { processorBytes } from "../../../guest-archs/riscv/processor-area.ts";
import { FlatMemory } from "./flat-memory.ts";

export const RAM_BASE = 0x8000_0000;
const FINISHER = 0x10_0000;
const FINISHER_PASS = 0x5555;
const UART = 0x1000_0000;
const UART_LINE_STATUS = 5;
const TRANSMITTER_EMPTY = 0x60;
const CODE_BYTES = 4 * 1024 * 1024;

export interface BareMetalOptions {
  readonly harts?: number;
  readonly ramBytes?: number;
  readonly codeBytes?: number;
  readonly compiler?: Readonly<Record<string, unknown>>;
  readonly exchange?: CodeExchange;
  readonly instrumentation?: ProcessorInstrumentation;
}

export class BareMetal {
  readonly memory: FlatMemory;
  readonly processor: Processor;
  /** Bytes sent to the UART. */
  output = "";
  /** The finisher's word, once written. */
  finished: number | undefined;
  readonly mmio: string[] = [];
  #steps = 0;

  constructor(options: BareMetalOptions = {}) {
    const { harts = 1, ramBytes = 1024 * 1024, codeBytes = CODE_BYTES, compiler = {} } = options;
    this.memory = new FlatMemory(ramBytes, processorBytes(harts, ramBytes, codeBytes));
    const context: ProcessorContext = {
      harts,
      memory: this.memory,
      ramBase: RAM_BASE,
      areaOffset: 0,
      bus: {
        read: (address, size) => this.#read(address, size),
        write: (address, size, value) => this.#write(address, size, value),
      },
      clock: this.#clock(),
      stop: () => undefined,
      console: () => undefined,
      exchange: options.exchange,
      ...(options.instrumentation !== undefined && { instrumentation: options.instrumentation }),
    };
    this.processor = createProcessor(context, {
      codeBytes,
      compiler: compilerOptions(compiler),
      privilegedFor: (hartId, environment, stateOffset) => {
        const state = new HartState(this.memory.shared.buffer, stateOffset);
        const hart = createPrivilegedHart({ hartId, state, environment });
        hart.reset({ pc: RAM_BASE, arguments: [hartId] });
        return hart;
      },
    });
  }

  get steps(): number {
    return this.#steps;
  }

  /** Puts instruction words (2 bytes for compressed ones) at an offset into RAM. */
  load(words: readonly number[], offset = 0): void {
    let at = offset;
    for (const word of words) {
      if ((word & 3) === 3) {
        this.memory.writeU16(at, word & 0xffff);
        this.memory.writeU16(at + 2, word >>> 16);
        at += 4;
      } else {
        this.memory.writeU16(at, word);
        at += 2;
      }
    }
  }

  loadElf(path: string): void {
    const file = readFileSync(path);
    const programHeaders = Number(file.readBigUInt64LE(32));
    for (let i = 0; i < file.readUInt16LE(56); i += 1) {
      const header = programHeaders + i * 56;
      if (file.readUInt32LE(header) !== 1) continue;
      const offset = Number(file.readBigUInt64LE(header + 8));
      const address = Number(file.readBigUInt64LE(header + 24));
      const size = Number(file.readBigUInt64LE(header + 32));
      this.memory.write(address - RAM_BASE, file.subarray(offset, offset + size));
    }
    this.set("pc", file.readBigUInt64LE(24));
  }

  run(maxSteps: number): number {
    return this.processor.run(maxSteps);
  }

  /** Takes over time and outputs of another machine, as a restore does. */
  resume(other: BareMetal): void {
    this.#steps = other.#steps;
    this.output = other.output;
    this.mmio.splice(0, this.mmio.length, ...other.mmio);
  }

  /** Runs until the finisher is written. */
  runToEnd(maxSteps: number): void {
    for (let left = maxSteps; this.finished === undefined && left > 0;) {
      const done = this.run(left);
      if (done === 0) throw new Error("the program waits for ever");
      left -= done;
    }
  }

  get(register: string): bigint {
    return this.processor.readRegister(register);
  }

  set(register: string, value: bigint): void {
    this.processor.writeRegister(register, value);
  }

  hasPassed(): boolean {
    return this.finished === FINISHER_PASS;
  }

  #clock(): ProcessorContext["clock"] {
    const steps = (): number => this.#steps;
    return {
      ticksPerSecond: 10_000_000,
      now: () => Math.floor(this.#steps / 10),
      wallNanoseconds: () => 0n,
      get steps(): number {
        return steps();
      },
      createAlarm: () => ({ set: () => undefined }),
      report: (value) => {
        this.#steps = value;
      },
    };
  }

  #read(address: number, size: number): number | undefined {
    this.mmio.push(`r${size} ${address.toString(16)} @${this.#steps}`);
    if (address === UART + UART_LINE_STATUS) return TRANSMITTER_EMPTY;
    return address >= UART && address < UART + 0x100 ? 0x8182_8384 >>> (32 - 8 * size) : undefined;
  }

  #write(address: number, size: number, value: number): boolean {
    this.mmio.push(`w${size} ${address.toString(16)} ${value.toString(16)} @${this.#steps}`);
    if (address === UART) this.output += String.fromCharCode(value & 0xff);
    if (address === FINISHER) {
      this.finished = value;
      this.processor.leave();
    }
    return address === FINISHER || (address >= UART && address < UART + 0x100);
  }
}
