// The SiFive-compatible CLINT of QEMU's `virt` machine (RISC-V ACLINT 1.0: MSWI and MTIMER, one block).
//
// | offset          | register                                              |
// |-----------------|-------------------------------------------------------|
// | 4 x hart        | msip: bit 0 is the hart's machine software interrupt  |
// | 0x4000 + 8 x hart | mtimecmp: MTI is high while mtime >= mtimecmp       |
// | 0xbff8          | mtime: virtual time plus an offset that writes change |
//
// The time CSR and stimecmp show virtual time alone: they do not follow writes of mtime, which no known firmware makes.
// Registers answer to 4-byte accesses only, 8-byte ones arrive as two; others read as zero and change nothing.
import {
  type Alarm,
  type Device,
  ExtravirtError,
  type StateReader,
  type StateWriter,
  type VirtualClock,
} from "../../../core/index.ts";

const MTIMECMP_BASE = 0x4000;
const MTIME = 0xbff8;
const LOW_HALF = 0xffff_ffffn;
/** Never reached: no timer interrupt before software asks for one. */
const NEVER = 0xffff_ffff_ffff_ffffn;

/** Machine-level lines into one hart. */
export interface AclintHart {
  setSoftwareInterrupt(isHigh: boolean): void;
  setTimerInterrupt(isHigh: boolean): void;
}

interface HartRegisters {
  readonly lines: AclintHart;
  readonly alarm: Alarm;
  msip: boolean;
  mtimecmp: bigint;
}

export class Aclint implements Device {
  readonly #clock: VirtualClock;
  readonly #harts: readonly HartRegisters[];
  /** mtime minus virtual time, modulo 2^64. */
  #offset = 0n;

  /** @param harts by hart id. */
  constructor(clock: VirtualClock, harts: readonly AclintHart[]) {
    this.#clock = clock;
    this.#harts = harts.map((lines) => {
      const hart: HartRegisters = {
        lines,
        alarm: clock.createAlarm(() => this.#compare(hart)),
        msip: false,
        mtimecmp: NEVER,
      };
      return hart;
    });
  }

  read(offset: number, size: 1 | 2 | 4): number {
    if (size !== 4) return 0;
    if (offset < MTIMECMP_BASE) return this.#harts[offset >>> 2]?.msip === true ? 1 : 0;
    if (offset >= MTIME) return half(this.#mtime(), offset);
    const hart = this.#harts[(offset - MTIMECMP_BASE) >>> 3];
    return hart === undefined ? 0 : half(hart.mtimecmp, offset);
  }

  write(offset: number, size: 1 | 2 | 4, value: number): void {
    if (size !== 4) return;
    if (offset < MTIMECMP_BASE) this.#writeMsip(this.#harts[offset >>> 2], value);
    else if (offset >= MTIME) this.#writeMtime(offset, value);
    else this.#writeMtimecmp(this.#harts[(offset - MTIMECMP_BASE) >>> 3], offset, value);
  }

  save(writer: StateWriter): void {
    writer.section("aclint", 1);
    writer.u64(this.#offset);
    writer.u32(this.#harts.length);
    for (const hart of this.#harts) {
      writer.boolean(hart.msip);
      writer.u64(hart.mtimecmp);
    }
  }

  /** Needs as many harts and a clock restored before; sets the lines and alarms again. */
  restore(reader: StateReader): void {
    reader.section("aclint", 1);
    this.#offset = reader.u64();
    const saved = reader.u32();
    if (saved !== this.#harts.length) {
      throw new ExtravirtError(
        "XV_ERR_STATE_CORRUPT",
        `The saved ACLINT has ${saved} harts, this machine ${this.#harts.length}.`,
        { remedy: "Restore into a machine with as many harts." },
      );
    }
    for (const hart of this.#harts) {
      hart.msip = reader.boolean();
      hart.mtimecmp = reader.u64();
      hart.lines.setSoftwareInterrupt(hart.msip);
      this.#compare(hart);
    }
  }

  #writeMsip(hart: HartRegisters | undefined, value: number): void {
    if (hart === undefined) return;
    hart.msip = (value & 1) !== 0;
    hart.lines.setSoftwareInterrupt(hart.msip);
  }

  #writeMtimecmp(hart: HartRegisters | undefined, offset: number, value: number): void {
    if (hart === undefined) return;
    hart.mtimecmp = withHalf(hart.mtimecmp, offset, value);
    this.#compare(hart);
  }

  #writeMtime(offset: number, value: number): void {
    const mtime = withHalf(this.#mtime(), offset, value);
    this.#offset = BigInt.asUintN(64, mtime - BigInt(this.#clock.now()));
    for (const hart of this.#harts) this.#compare(hart);
  }

  #mtime(): bigint {
    return BigInt.asUintN(64, BigInt(this.#clock.now()) + this.#offset);
  }

  /** Sets the timer line by the comparison and the alarm to the tick at which it becomes true. */
  #compare(hart: HartRegisters): void {
    const missing = hart.mtimecmp - this.#mtime();
    hart.lines.setTimerInterrupt(missing <= 0n);
    hart.alarm.set(missing <= 0n ? Infinity : this.#tickAfter(missing));
  }

  #tickAfter(missing: bigint): number {
    const tick = BigInt(this.#clock.now()) + missing;
    return tick > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(tick);
  }
}

/** The half of a 64-bit register that a 4-byte access at `offset` names. */
function half(value: bigint, offset: number): number {
  return Number((offset & 4) === 0 ? value & LOW_HALF : value >> 32n);
}

function withHalf(old: bigint, offset: number, value: number): bigint {
  const bits = BigInt(value >>> 0);
  return (offset & 4) === 0 ? (old & ~LOW_HALF) | bits : (old & LOW_HALF) | (bits << 32n);
}
