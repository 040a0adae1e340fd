// Interpreter of the toy architecture, one hart, straight over guest memory.
import type {
  Alarm,
  Processor,
  ProcessorContext,
  RegisterAccess,
  StateReader,
  StateWriter,
  StepUse,
} from "../../core/index.ts";
import { TOY_OPS, TOY_READS } from "./instruction-set.ts";

const REGISTERS = 16;
/** Slots: r0 to r15, pc, waiting, alarm rang, alarm tick (+ 1, 0 = none). */
const PC = 16;
const WAITING = 17;
const RANG = 18;
const ALARM = 19;
const SLOTS = 20;

export const TOY_REGISTERS: readonly RegisterAccess[] = [
  ...Array.from({ length: REGISTERS }, (_, index): RegisterAccess => ({
    name: `r${index}`,
    group: "integer",
    bits: 32,
  })),
  { name: "pc", group: "pc", bits: 32 },
];

export class ToyProcessor implements Processor {
  readonly #context: ProcessorContext;
  readonly #slots: Float64Array = new Float64Array(SLOTS);
  readonly #alarm: Alarm;
  #line = false;
  #hasToLeave = false;
  #written: number | undefined;

  constructor(context: ProcessorContext) {
    this.#context = context;
    this.#alarm = context.clock.createAlarm(() => {
      this.#set(ALARM, 0);
      this.#set(RANG, 1);
      this.leave();
    });
  }

  setLine(isHigh: boolean): void {
    this.#line = isHigh;
    this.leave();
  }

  run(maxSteps: number): number {
    const start = this.#context.clock.steps;
    this.#hasToLeave = false;
    let done = 0;
    while (done < maxSteps && !this.#hasToLeave && !this.isIdle()) {
      this.#context.clock.report(start + done);
      this.#step();
      done++;
    }
    this.#context.clock.report(start);
    return done;
  }

  leave(): void {
    this.#hasToLeave = true;
  }

  isIdle(): boolean {
    return this.#get(WAITING) !== 0 && !this.#line && this.#get(RANG) === 0;
  }

  registers(): Uint8Array {
    return new Uint8Array(this.#slots.slice().buffer);
  }

  registerNames(): readonly RegisterAccess[] {
    return TOY_REGISTERS;
  }

  readRegister(name: string): bigint {
    return BigInt(this.#get(slotOf(name)));
  }

  writeRegister(name: string, value: bigint): void {
    this.#set(slotOf(name), Number(value & 0xffff_ffffn));
  }

  stepAndReport(): string | undefined {
    this.#step();
    return this.#written === undefined ? undefined : `r${this.#written}`;
  }

  stepAndUse(): StepUse {
    const { memory } = this.#context;
    const pc = this.#get(PC);
    // A device would notice a second read.
    const word = memory.contains(pc, 4) ? memory.readU32(pc) : 0;
    const operands = TOY_READS[TOY_OPS[word >>> 24] ?? "illegal"];
    this.#step();
    const names = { a: `r${(word >>> 20) & 15}`, b: `r${(word >>> 16) & 15}` };
    return {
      reads: operands.map((operand) => names[operand]),
      writes: this.#written === undefined ? [] : [`r${this.#written}`],
    };
  }

  save(writer: StateWriter): void {
    writer.section("toy-processor", 1);
    for (const value of this.#slots) writer.number(value);
    writer.boolean(this.#line);
  }

  restore(reader: StateReader): void {
    reader.section("toy-processor", 1);
    for (let slot = 0; slot < SLOTS; slot++) this.#set(slot, reader.number());
    this.#line = reader.boolean();
    const alarm = this.#get(ALARM);
    this.#alarm.set(alarm === 0 ? Infinity : alarm - 1);
  }

  #step(): void {
    const pc = this.#get(PC);
    const word = this.#load(pc);
    const a = (word >>> 20) & 15;
    const b = (word >>> 16) & 15;
    const zeroExtended = word & 0xffff;
    const immediate = (word << 16) >> 16;
    this.#written = undefined;
    let next = pc + 4;
    switch (TOY_OPS[word >>> 24]) {
      case "li":
        this.#write(a, zeroExtended);
        break;
      case "shl16":
        this.#write(a, (this.#get(a) << 16) | zeroExtended);
        break;
      case "add":
        this.#write(a, this.#get(a) + this.#get(b));
        break;
      case "addi":
        this.#write(a, this.#get(a) + immediate);
        break;
      case "xor":
        this.#write(a, this.#get(a) ^ this.#get(b));
        break;
      case "mul":
        this.#write(a, Math.imul(this.#get(a), this.#get(b)));
        break;
      case "load":
        this.#write(a, this.#load((this.#get(b) + immediate) >>> 0));
        this.#context.bus.loaded?.(() => ({ register: `r${a}`, bytes: 4, above: "zeros" }));
        break;
      case "store":
        this.#store((this.#get(b) + immediate) >>> 0, this.#get(a));
        break;
      case "bnz":
        if (this.#get(a) !== 0) next = pc + immediate * 4;
        break;
      case "wait":
        if (!this.#line && this.#get(RANG) === 0) {
          this.#set(WAITING, 1);
          next = pc;
        } else {
          this.#set(WAITING, 0);
          this.#set(RANG, 0);
        }
        break;
      case "time":
        this.#write(a, this.#context.clock.now());
        break;
      case "alarm": {
        const tick = this.#context.clock.now() + this.#get(a);
        this.#set(ALARM, tick + 1);
        this.#alarm.set(tick);
        break;
      }
      default:
        this.#context.stop("guest-failure", 99);
    }
    this.#set(PC, next);
  }

  #load(address: number): number {
    const { memory, bus } = this.#context;
    if (memory.contains(address, 4)) return memory.readU32(address);
    return bus.read(address, 4) ?? 0;
  }

  #store(address: number, value: number): void {
    const { memory, bus } = this.#context;
    if (memory.contains(address, 4)) memory.writeU32(address, value);
    else bus.write(address, 4, value);
  }

  #write(register: number, value: number): void {
    this.#written = register;
    this.#set(register, value >>> 0);
  }

  #get(slot: number): number {
    return this.#slots[slot] ?? 0;
  }

  #set(slot: number, value: number): void {
    this.#slots[slot] = value;
  }
}

function slotOf(name: string): number {
  if (name === "pc") return PC;
  const index = Number(/^r(\d+)$/.exec(name)?.[1] ?? Number.NaN);
  if (!(index < REGISTERS)) throw new RangeError(`the toy architecture has no register "${name}"`);
  return index;
}
