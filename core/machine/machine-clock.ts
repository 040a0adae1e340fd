// The virtual clock of a machine and its alarms.
// DETERMINISM: time is floor(steps / stepsPerTick) + offset; the offset changes only by logged jumps.
import type { StateReader, StateWriter } from "../api/state-codec.ts";
import type { Alarm, VirtualClock } from "../api/virtual-clock.ts";

/** QEMU's `virt` machine counts time at 10 MHz. */
const TICKS_PER_SECOND = 10_000_000;
const NANOSECONDS_PER_TICK = 1_000_000_000n / BigInt(TICKS_PER_SECOND);

interface ArmedAlarm {
  tick: number;
  readonly fire: () => void;
}

export class MachineClock implements VirtualClock {
  readonly ticksPerSecond: number = TICKS_PER_SECOND;
  readonly #stepsPerTick: number;
  readonly #startNanoseconds: bigint;
  readonly #alarms: ArmedAlarm[] = [];
  readonly #onAlarmMoved: () => void;
  #steps = 0;
  #offset = 0;

  /**
   * @param startNanoseconds wall time at power-on, nanoseconds since the Unix epoch (a logged input)
   * @param onAlarmMoved called when an alarm was set, so that a run in progress looks again
   */
  constructor(stepsPerTick: number, startNanoseconds: bigint, onAlarmMoved: () => void) {
    this.#stepsPerTick = stepsPerTick;
    this.#startNanoseconds = startNanoseconds;
    this.#onAlarmMoved = onAlarmMoved;
  }

  get steps(): number {
    return this.#steps;
  }

  report(steps: number): void {
    this.#steps = steps;
  }

  now(): number {
    return Math.floor(this.#steps / this.#stepsPerTick) + this.#offset;
  }

  wallNanoseconds(): bigint {
    return this.#startNanoseconds + BigInt(this.now()) * NANOSECONDS_PER_TICK;
  }

  jump(ticks: number): void {
    this.#offset += ticks;
  }

  createAlarm(fire: () => void): Alarm {
    const alarm: ArmedAlarm = { tick: Infinity, fire };
    this.#alarms.push(alarm);
    return {
      set: (tick) => {
        alarm.tick = tick;
        this.#onAlarmMoved();
      },
    };
  }

  nextAlarmTick(): number {
    let next = Infinity;
    for (const alarm of this.#alarms) if (alarm.tick < next) next = alarm.tick;
    return next;
  }

  /** Steps from now until the next alarm is due; 0 when one is. */
  stepsToNextAlarm(): number {
    const tick = this.nextAlarmTick();
    return tick === Infinity
      ? Infinity
      : Math.max(0, (tick - this.#offset) * this.#stepsPerTick - this.#steps);
  }

  /** Fires due alarms, each once, in order of creation. */
  fireDueAlarms(): void {
    for (const alarm of this.#alarms) {
      if (alarm.tick > this.now()) continue;
      alarm.tick = Infinity;
      alarm.fire();
    }
  }

  save(writer: StateWriter): void {
    writer.section("clock", 1);
    writer.number(this.#steps);
    writer.number(this.#offset);
  }

  restore(reader: StateReader): void {
    reader.section("clock", 1);
    this.#steps = reader.number();
    this.#offset = reader.number();
    for (const alarm of this.#alarms) alarm.tick = Infinity;
  }
}
