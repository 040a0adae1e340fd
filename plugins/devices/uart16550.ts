// A 16550A UART. Source: National Semiconductor PC16550D data sheet; interrupt behaviour as Linux' 8250 driver tests it.
//
//   offset  DLAB=0 read  DLAB=0 write  DLAB=1
//   0       RBR          THR           DLL
//   1       IER          IER           DLM
//   2       IIR          FCR           IIR / FCR
//   3 LCR   4 MCR   5 LSR (read)   6 MSR (read)   7 SCR
//
// Bytes are sent at once. Received bytes wait on the "wire" (a queue of 16 MiB) until the guest reads them, so nothing is
// lost however fast the host sends: clearing the FIFO makes the wire pause instead of dropping bytes. What comes while
// the queue is full is lost, which LSR says (overrun error).
import type {
  Alarm,
  ConsolePort,
  Device,
  DeviceContext,
  DeviceModel,
  StateReader,
  StateWriter,
} from "../../core/index.ts";
import { ByteQueue } from "./byte-queue.ts";

const FIFO_BYTES = 16;
const TRIGGER_LEVELS = [1, 4, 8, 14] as const;

/**
 * Virtual pause on the wire after the guest clears its receive FIFO. Drivers clear it and then read RBR a few times to
 * discard leftovers; the next byte arrives after that, as on a real line. About ten characters at 115,200 baud.
 */
const PAUSE_SECONDS = 0.001;

const IER = { received: 1, transmitEmpty: 2, lineStatus: 4, modemStatus: 8, all: 0x0f } as const;
const IIR = {
  none: 0x01,
  modemStatus: 0x00,
  transmitEmpty: 0x02,
  received: 0x04,
  lineStatus: 0x06,
  characterTimeout: 0x0c,
  fifosOn: 0xc0,
} as const;
const FCR = { enable: 0x01, clearReceive: 0x02 } as const;
const LCR = { divisorLatch: 0x80 } as const;
const MCR = { dtr: 0x01, rts: 0x02, out1: 0x04, out2: 0x08, loopback: 0x10, all: 0x1f } as const;
const LSR = { dataReady: 0x01, overrun: 0x02, transmitEmpty: 0x60 } as const;
const MSR = { cts: 0x10, dsr: 0x20, ri: 0x40, dcd: 0x80, trailingRi: 0x04 } as const;

const SECTION = "uart16550";

class Uart16550 implements Device {
  readonly console: ConsolePort = {
    write: (byte) => this.#send(byte),
    read: () => this.#receive(),
  };

  readonly #context: DeviceContext;
  readonly #pauseTicks: number;
  readonly #pauseEnd: Alarm;
  readonly #wire = new ByteQueue();
  readonly #oneByte = new Uint8Array(1);
  #pausedUntil = 0;
  #interruptEnable = 0;
  #fifoControl = 0;
  #lineControl = 0;
  #modemControl = 0;
  #scratch = 0;
  #divisor = 12;
  /** Delta bits of MSR, cleared by reading it. */
  #modemDeltas = 0;
  #isTransmitEmptyPending = false;
  /** Cleared by reading LSR. */
  #isOverrun = false;

  constructor(context: DeviceContext) {
    this.#context = context;
    this.#pauseTicks = Math.ceil(context.clock.ticksPerSecond * PAUSE_SECONDS);
    this.#pauseEnd = context.clock.createAlarm(() => this.#updateInterrupt());
  }

  read(offset: number): number {
    switch (offset) {
      case 0:
        return this.#isDivisorLatched() ? this.#divisor & 0xff : Math.max(0, this.#receive());
      case 1:
        return this.#isDivisorLatched() ? this.#divisor >>> 8 : this.#interruptEnable;
      case 2:
        return this.#readIdentification();
      case 3:
        return this.#lineControl;
      case 4:
        return this.#modemControl;
      case 5:
        return this.#readLineStatus();
      case 6: {
        const status = modemLines(this.#modemControl) | this.#modemDeltas;
        this.#modemDeltas = 0;
        this.#updateInterrupt();
        return status;
      }
      case 7:
        return this.#scratch;
      default:
        return 0;
    }
  }

  write(offset: number, _size: 1 | 2 | 4, value: number): void {
    const byte = value & 0xff;
    switch (offset) {
      case 0:
        if (this.#isDivisorLatched()) this.#divisor = (this.#divisor & 0xff00) | byte;
        else this.#transmit(byte);
        break;
      case 1:
        if (this.#isDivisorLatched()) this.#divisor = (this.#divisor & 0x00ff) | (byte << 8);
        else this.#enableInterrupts(byte & IER.all);
        break;
      case 2:
        this.#controlFifos(byte);
        break;
      case 3:
        this.#lineControl = byte;
        break;
      case 4:
        this.#controlModem(byte & MCR.all);
        break;
      case 7:
        this.#scratch = byte;
        break;
      default:
        break;
    }
  }

  deliver(bytes: Uint8Array): void {
    if (!this.#wire.push(bytes)) this.#isOverrun = true;
    this.#updateInterrupt();
  }

  save(writer: StateWriter): void {
    writer.section(SECTION, 2);
    this.#wire.save(writer);
    writer.number(this.#pausedUntil);
    writer.u8(this.#interruptEnable);
    writer.u8(this.#fifoControl);
    writer.u8(this.#lineControl);
    writer.u8(this.#modemControl);
    writer.u8(this.#scratch);
    writer.u32(this.#divisor);
    writer.u8(this.#modemDeltas);
    writer.boolean(this.#isTransmitEmptyPending);
    writer.boolean(this.#isOverrun);
  }

  restore(reader: StateReader): void {
    reader.section(SECTION, 2);
    this.#wire.restore(reader);
    this.#pausedUntil = reader.number();
    this.#interruptEnable = reader.u8();
    this.#fifoControl = reader.u8();
    this.#lineControl = reader.u8();
    this.#modemControl = reader.u8();
    this.#scratch = reader.u8();
    this.#divisor = reader.u32();
    this.#modemDeltas = reader.u8();
    this.#isTransmitEmptyPending = reader.boolean();
    this.#isOverrun = reader.boolean();
    this.#armPauseEnd();
    this.#updateInterrupt();
  }

  #isDivisorLatched(): boolean {
    return (this.#lineControl & LCR.divisorLatch) !== 0;
  }

  /** Bytes in the receive FIFO (or holding register) as the guest sees it now. */
  #available(): number {
    if (this.#context.clock.now() < this.#pausedUntil) return 0;
    return Math.min(this.#wire.length, this.#fifoControl & FCR.enable ? FIFO_BYTES : 1);
  }

  #receive(): number {
    if (this.#available() === 0) return -1;
    const byte = this.#wire.shift();
    this.#updateInterrupt();
    return byte;
  }

  #send(byte: number): void {
    this.#oneByte[0] = byte;
    this.#context.emit(this.#oneByte);
  }

  #transmit(byte: number): void {
    if (this.#modemControl & MCR.loopback) this.#wire.push(Uint8Array.of(byte));
    else this.#send(byte);
    // The byte has left already: the holding register went from full to empty.
    this.#isTransmitEmptyPending = true;
    this.#updateInterrupt();
  }

  #enableInterrupts(value: number): void {
    // Turning the transmit interrupt on while the register is empty raises it at once.
    if ((value ^ this.#interruptEnable) & IER.transmitEmpty) {
      this.#isTransmitEmptyPending = (value & IER.transmitEmpty) !== 0;
    }
    this.#interruptEnable = value;
    this.#updateInterrupt();
  }

  #controlFifos(value: number): void {
    const isSwitched = ((value ^ this.#fifoControl) & FCR.enable) !== 0;
    this.#fifoControl = value & (FCR.enable | 0xc0);
    if (isSwitched || value & FCR.clearReceive) {
      this.#pausedUntil = this.#context.clock.now() + this.#pauseTicks;
      this.#armPauseEnd();
    }
    this.#updateInterrupt();
  }

  #armPauseEnd(): void {
    const isOver = this.#context.clock.now() >= this.#pausedUntil;
    this.#pauseEnd.set(isOver ? Infinity : this.#pausedUntil);
  }

  #controlModem(value: number): void {
    const before = modemLines(this.#modemControl);
    const after = modemLines(value);
    let deltas = (before ^ after) >>> 4;
    // The ring indicator reports its falling edge only.
    if (after & MSR.ri) deltas &= ~MSR.trailingRi;
    this.#modemDeltas |= deltas;
    this.#modemControl = value;
    this.#updateInterrupt();
  }

  /** Highest pending enabled interrupt in the data sheet's order of priority. An overrun is the only line error. */
  #identification(): number {
    if (this.#interruptEnable & IER.lineStatus && this.#isOverrun) return IIR.lineStatus;
    if (this.#interruptEnable & IER.received) {
      const available = this.#available();
      if (available > 0) {
        return available >= this.#triggerLevel() ? IIR.received : IIR.characterTimeout;
      }
    }
    if (this.#interruptEnable & IER.transmitEmpty && this.#isTransmitEmptyPending) {
      return IIR.transmitEmpty;
    }
    if (this.#interruptEnable & IER.modemStatus && this.#modemDeltas !== 0) return IIR.modemStatus;
    return IIR.none;
  }

  #triggerLevel(): number {
    if ((this.#fifoControl & FCR.enable) === 0) return 1;
    return TRIGGER_LEVELS[this.#fifoControl >>> 6] ?? 1;
  }

  #readLineStatus(): number {
    const overrun = this.#isOverrun ? LSR.overrun : 0;
    if (this.#isOverrun) {
      this.#isOverrun = false;
      this.#updateInterrupt();
    }
    return LSR.transmitEmpty | overrun | (this.#available() > 0 ? LSR.dataReady : 0);
  }

  #readIdentification(): number {
    const identification = this.#identification();
    if (identification === IIR.transmitEmpty) {
      this.#isTransmitEmptyPending = false;
      this.#updateInterrupt();
    }
    return identification | (this.#fifoControl & FCR.enable ? IIR.fifosOn : 0);
  }

  #updateInterrupt(): void {
    this.#context.interrupt.set(this.#identification() !== IIR.none);
  }
}

/** Upper half of MSR: a peer that is always ready, or in loopback the modem outputs fed back. */
function modemLines(modemControl: number): number {
  if ((modemControl & MCR.loopback) === 0) return MSR.cts | MSR.dsr | MSR.dcd;
  return (
    (modemControl & MCR.rts ? MSR.cts : 0) |
    (modemControl & MCR.dtr ? MSR.dsr : 0) |
    (modemControl & MCR.out1 ? MSR.ri : 0) |
    (modemControl & MCR.out2 ? MSR.dcd : 0)
  );
}

export const uart16550: DeviceModel = {
  kind: "device",
  name: "uart-16550",
  summary: "Serial port (16550A) whose line is a console backend.",
  slot: "uart",
  backend: "console",
  schema: { type: "object", properties: {}, additionalProperties: false },
  create: (_options, context) => new Uart16550(context),
  deviceTree: (place) => ({
    name: `serial@${place.base.toString(16)}`,
    properties: { compatible: "ns16550a", "clock-frequency": [3_686_400] },
  }),
};
