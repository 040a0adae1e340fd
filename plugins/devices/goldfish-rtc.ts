// The Goldfish real-time clock. Source: QEMU hw/rtc/goldfish_rtc.c and Linux drivers/rtc/rtc-goldfish.c.
//
//   offset  register         access  meaning
//   0x00    TIME_LOW         rw      read: nanoseconds since 1970, low half, latching the high half
//   0x04    TIME_HIGH        rw      latched high half
//   0x08    ALARM_LOW        rw      write arms the alarm
//   0x0c    ALARM_HIGH       rw      written before ALARM_LOW
//   0x10    IRQ_ENABLED      rw      bit 0
//   0x14    CLEAR_ALARM      w       disarms
//   0x18    ALARM_STATUS     r       1 while armed
//   0x1c    CLEAR_INTERRUPT  w       lowers the line
//
// DETERMINISM: time is the virtual clock's, whose start is logged.
import type {
  Alarm,
  Device,
  DeviceContext,
  DeviceModel,
  StateReader,
  StateWriter,
} from "../../core/index.ts";

const REGISTER = {
  timeLow: 0x00,
  timeHigh: 0x04,
  alarmLow: 0x08,
  alarmHigh: 0x0c,
  irqEnabled: 0x10,
  clearAlarm: 0x14,
  alarmStatus: 0x18,
  clearInterrupt: 0x1c,
} as const;

const SECTION = "goldfish-rtc";
const NANOSECONDS_PER_SECOND = 1_000_000_000n;

class GoldfishRtc implements Device {
  readonly #context: DeviceContext;
  readonly #alarm: Alarm;
  readonly #nanosecondsPerTick: bigint;
  /** Guest-set time minus the clock's, in nanoseconds modulo 2^64. */
  #offset = 0n;
  #latchedHigh = 0;
  #alarmNanoseconds = 0n;
  /** Tick at which the armed alarm fires, Infinity when disarmed. */
  #alarmTick = Infinity;
  #isEnabled = false;
  #isPending = false;

  constructor(context: DeviceContext) {
    this.#context = context;
    this.#nanosecondsPerTick = NANOSECONDS_PER_SECOND / BigInt(context.clock.ticksPerSecond);
    this.#alarm = context.clock.createAlarm(() => this.#ring());
  }

  read(offset: number): number {
    switch (offset) {
      case REGISTER.timeLow: {
        const now = this.#now();
        this.#latchedHigh = Number(now >> 32n);
        return low(now);
      }
      case REGISTER.timeHigh:
        return this.#latchedHigh;
      case REGISTER.alarmLow:
        return low(this.#alarmNanoseconds);
      case REGISTER.alarmHigh:
        return Number(this.#alarmNanoseconds >> 32n);
      case REGISTER.irqEnabled:
        return Number(this.#isEnabled);
      case REGISTER.alarmStatus:
        return Number(this.#alarmTick !== Infinity);
      default:
        return 0;
    }
  }

  write(offset: number, _size: 1 | 2 | 4, value: number): void {
    switch (offset) {
      case REGISTER.timeLow:
        this.#setTime((now) => withLow(now, value));
        break;
      case REGISTER.timeHigh:
        this.#setTime((now) => withHigh(now, value));
        break;
      case REGISTER.alarmLow:
        this.#alarmNanoseconds = withLow(this.#alarmNanoseconds, value);
        this.#arm();
        break;
      case REGISTER.alarmHigh:
        this.#alarmNanoseconds = withHigh(this.#alarmNanoseconds, value);
        break;
      case REGISTER.irqEnabled:
        this.#isEnabled = (value & 1) !== 0;
        this.#updateInterrupt();
        break;
      case REGISTER.clearAlarm:
        this.#setAlarmTick(Infinity);
        break;
      case REGISTER.clearInterrupt:
        this.#isPending = false;
        this.#updateInterrupt();
        break;
      default:
        break;
    }
  }

  save(writer: StateWriter): void {
    writer.section(SECTION, 1);
    writer.u64(this.#offset);
    writer.u32(this.#latchedHigh);
    writer.u64(this.#alarmNanoseconds);
    writer.number(this.#alarmTick);
    writer.boolean(this.#isEnabled);
    writer.boolean(this.#isPending);
  }

  restore(reader: StateReader): void {
    reader.section(SECTION, 1);
    this.#offset = reader.u64();
    this.#latchedHigh = reader.u32();
    this.#alarmNanoseconds = reader.u64();
    this.#setAlarmTick(reader.number());
    this.#isEnabled = reader.boolean();
    this.#isPending = reader.boolean();
    this.#updateInterrupt();
  }

  #now(): bigint {
    return BigInt.asUintN(64, this.#context.clock.wallNanoseconds() + this.#offset);
  }

  #setTime(change: (now: bigint) => bigint): void {
    const now = this.#now();
    this.#offset = BigInt.asUintN(64, this.#offset + change(now) - now);
  }

  #arm(): void {
    const wait = this.#alarmNanoseconds - this.#now();
    if (wait <= 0n) {
      this.#ring();
      return;
    }
    const ticks = Number((wait + this.#nanosecondsPerTick - 1n) / this.#nanosecondsPerTick);
    const tick = this.#context.clock.now() + ticks;
    // An alarm millennia away is beyond the clock's range: armed, but it never fires.
    this.#setAlarmTick(Math.min(tick, Number.MAX_SAFE_INTEGER));
  }

  #ring(): void {
    this.#setAlarmTick(Infinity);
    this.#isPending = true;
    this.#updateInterrupt();
  }

  #setAlarmTick(tick: number): void {
    this.#alarmTick = tick;
    this.#alarm.set(tick);
  }

  #updateInterrupt(): void {
    this.#context.interrupt.set(this.#isEnabled && this.#isPending);
  }
}

function low(value: bigint): number {
  return Number(value & 0xffff_ffffn);
}

function withLow(value: bigint, half: number): bigint {
  return (value & ~0xffff_ffffn) | BigInt(half >>> 0);
}

function withHigh(value: bigint, half: number): bigint {
  return (value & 0xffff_ffffn) | (BigInt(half >>> 0) << 32n);
}

export const goldfishRtc: DeviceModel = {
  kind: "device",
  name: "goldfish-rtc",
  summary: "Real-time clock with an alarm (Goldfish), fed by the machine's logged time.",
  slot: "rtc",
  schema: { type: "object", properties: {}, additionalProperties: false },
  create: (_options, context) => new GoldfishRtc(context),
  deviceTree: (place) => ({
    name: `rtc@${place.base.toString(16)}`,
    properties: { compatible: "google,goldfish-rtc" },
  }),
};
