// A machine just large enough for the privileged architecture: 1 MiB of RAM, a settable clock, harts and a console.
import { HART_STATE_BYTES, SLOT } from "../../../../guest-archs/riscv/hart-layout.ts";
import {
  createPrivilegedHart,
  type RiscvHart,
} from "../../../../guest-archs/riscv/privileged/create-privileged-hart.ts";
import type { HartCore } from "../../../../guest-archs/riscv/privileged/hart-core.ts";
import { HartState } from "../../../../guest-archs/riscv/privileged/hart-state.ts";
import { Pmp } from "../../../../guest-archs/riscv/privileged/pmp.ts";
import type { PrivilegedEnvironment } from "../../../../guest-archs/riscv/privileged/privileged-hart.ts";
import type { SbiEnvironment } from "../../../../guest-archs/riscv/privileged/sbi/sbi-environment.ts";

export const RAM = 0x8000_0000;
export const RAM_BYTES = 0x10_0000;

/** pmpcfg byte and pmpaddr that open all memory. */
const OPEN_CFG = 0x1fn;
const ALL_ADDRESSES: bigint = (1n << 54n) - 1n;

export class FakeEnvironment implements PrivilegedEnvironment {
  readonly ram: DataView = new DataView(new ArrayBuffer(RAM_BYTES));
  tick = 0;
  flushes = 0;
  interruptChanges = 0;
  physicalWrites = 0;
  timer: number = Number.NaN;

  flushTranslations(): void {
    this.flushes++;
  }

  interruptsChanged(): void {
    this.interruptChanges++;
  }

  now(): number {
    return this.tick;
  }

  setSupervisorTimer(tick: number): void {
    this.timer = tick;
  }

  readPhysicalU32(address: number): number {
    return this.ram.getUint32(address - RAM, true);
  }

  writePhysicalU32(address: number, value: number): void {
    this.physicalWrites++;
    this.ram.setUint32(address - RAM, value, true);
  }

  isRam(address: number, length: number): boolean {
    return address >= RAM && address + length <= RAM + RAM_BYTES;
  }

  write64(address: number, value: bigint): void {
    this.ram.setBigUint64(address - RAM, value, true);
  }

  read64(address: number): bigint {
    return this.ram.getBigUint64(address - RAM, true);
  }
}

export function createState(): HartState {
  return new HartState(new SharedArrayBuffer(HART_STATE_BYTES), 0);
}

/** A hart's parts, in M-mode with all memory open to the others. */
export function createCore(hartId: number = 0): HartCore & { environment: FakeEnvironment } {
  const state = createState();
  state.privilege = 3;
  openMemory(state);
  return { hartId, state, environment: new FakeEnvironment(), pmp: new Pmp(state) };
}

export function openMemory(state: HartState): void {
  state.set(SLOT.pmpcfg0, OPEN_CFG);
  state.set(SLOT.pmpaddr, ALL_ADDRESSES);
}

/** A hart without built-in SBI, reset to `RAM` in M-mode. */
export function createBareHart(): { hart: RiscvHart; state: HartState; machine: FakeEnvironment } {
  const state = createState();
  const machine = new FakeEnvironment();
  const hart = createPrivilegedHart({ hartId: 0, state, environment: machine });
  hart.reset({ pc: RAM });
  return { hart, state, machine };
}

/** @returns the value of a register, or undefined where reading it is illegal. */
export function readCsr(hart: RiscvHart, number: number): bigint | undefined {
  if (!hart.csr(number, 2, 0, 0, true, false)) return undefined;
  const [low = 0, high = 0] = hart.csrOld;
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Harts under the built-in SBI: hart 0 runs in S-mode, the others are stopped. */
export class FakeSbiMachine implements SbiEnvironment {
  readonly harts: number;
  readonly environment: FakeEnvironment = new FakeEnvironment();
  readonly stops: [string, number][] = [];
  readonly instructionFences: number[] = [];
  readonly written: number[] = [];
  readonly received: number[] = [];
  hasConsole = true;
  readonly #harts: RiscvHart[] = [];

  constructor(harts: number) {
    this.harts = harts;
    for (let hartId = 0; hartId < harts; hartId++) {
      const hart = createPrivilegedHart({
        hartId,
        state: createState(),
        environment: this.environment,
        sbi: this,
      });
      hart.reset({ pc: RAM, arguments: [hartId], isStopped: hartId > 0 });
      this.#harts.push(hart);
    }
  }

  hart(hartId: number): RiscvHart | undefined {
    return this.#harts[hartId];
  }

  existing(hartId: number): RiscvHart {
    const hart = this.#harts[hartId];
    if (hart === undefined) throw new RangeError(`no hart ${hartId}`);
    return hart;
  }

  fenceInstructions(hartId: number): void {
    this.instructionFences.push(hartId);
  }

  readPhysicalU8(address: number): number {
    return this.environment.ram.getUint8(address - RAM);
  }

  writePhysicalU8(address: number, value: number): void {
    this.environment.ram.setUint8(address - RAM, value);
  }

  console(): { write(byte: number): void; read(): number } | undefined {
    if (!this.hasConsole) return undefined;
    return {
      write: (byte) => {
        this.written.push(byte);
      },
      read: () => this.received.shift() ?? -1,
    };
  }

  readonly stop: SbiEnvironment["stop"] = (reason, exitCode) => {
    this.stops.push([reason, exitCode]);
  };

  /** ECALL from a hart. @returns a0 (signed) and a1. */
  ecall(
    hartId: number,
    extension: number,
    functionId: number,
    ...values: bigint[]
  ): { error: bigint; value: bigint } {
    const hart = this.existing(hartId);
    values.forEach((value, index) => hart.state.set(10 + index, value));
    hart.state.set(16, BigInt(functionId));
    hart.state.set(17, BigInt(extension));
    hart.ecall();
    return { error: BigInt.asIntN(64, hart.state.get(10)), value: hart.state.get(11) };
  }
}
