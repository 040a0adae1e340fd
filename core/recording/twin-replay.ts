// The same stretch of a recorded log on two machines side by side: one without faults, one with those of a replica. Both
// can be put back to the last place where they were settled to be alike, so that a search can halve what lies between.
import type { Ballot, EpochRecord, Output } from "../api/epoch.ts";
import type { ExecutedStep } from "../api/processor.ts";
import { ballotOf } from "../machine/epoch-of-machine.ts";
import type { Machine } from "../machine/machine.ts";
import type { ArmedFault } from "../replica/armed-fault.ts";
import { FaultInjector } from "../replica/fault-injector.ts";
import {
  differencesBetween,
  differingBytes,
  type MachineDifferences,
} from "./machine-differences.ts";
import { ENDING, type RebuiltMachine } from "./rebuilt-machine.ts";

const CLEAN = 0;
const FAULTY = 1;

/** Before the inputs of a record, or that many of its steps behind them. */
export interface Place {
  readonly index: number;
  readonly offset: number;
}

/** A byte that may differ without the machines counting as different. */
interface Residue {
  readonly address: number;
  readonly wrong: number;
}

interface Base {
  readonly place: Place;
  readonly state: Uint8Array;
  /** Of the epoch that the place is in. */
  readonly work: number;
  readonly fired: ReadonlySet<number>;
  readonly residue: readonly Residue[];
}

/** What a step did, and what was different then. */
export interface LookedAt {
  readonly step: number;
  /** Undefined where the machine executed nothing. */
  readonly executed: ExecutedStep | undefined;
  /** Between the machines, right after the fault where one happened, otherwise after the step. */
  readonly differences: MachineDifferences | undefined;
  /** What the fault did, in its own words. */
  readonly fault: string | undefined;
  /** The fault struck the machine before the step, not the step's result. */
  readonly isBefore: boolean;
}

export interface TwinParts {
  readonly rebuilt: RebuiltMachine;
  readonly state: Uint8Array | undefined;
  readonly records: readonly EpochRecord[];
  readonly faults: readonly ArmedFault[];
  /**
   * Nothing is settled once a fault has happened: slow, and right for faults that stay for a while, of which a machine's
   * state tells nothing.
   */
  readonly isPatient?: boolean;
}

export class TwinReplay {
  readonly #parts: TwinParts;
  readonly #clean: Machine;
  readonly #faulty: Machine;
  #injector: FaultInjector;
  #base: Base;
  #place: Place = { index: 0, offset: 0 };
  #fired: Set<number>;
  #cleanOutputs: Output[] = [];
  #faultyOutputs: Output[] = [];
  #ended: string | undefined;
  #faultyBallot: Ballot | undefined;
  #onFault: (what: string) => void = () => {};

  constructor(parts: TwinParts) {
    this.#parts = parts;
    const { rebuilt, state } = parts;
    this.#clean = rebuilt.start({ replica: CLEAN, state }).machine;
    this.#faulty = rebuilt.start({ replica: FAULTY, state }).machine;
    this.#fired = new Set();
    this.#injector = this.#armed(this.#fired, true);
    this.#base = {
      place: this.#place,
      state: this.#clean.save(),
      work: 0,
      fired: new Set(),
      residue: [],
    };
  }

  get place(): Place {
    return this.#place;
  }

  /** Steps of the machine without faults. */
  get steps(): number {
    return this.#clean.steps;
  }

  /** Why the faulty machine is at its end, in the words of whoever ended it. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** What the faulty machine claims at the end of the last record that was executed in one go. */
  get faultyBallot(): Ballot | undefined {
    return this.#faultyBallot;
  }

  /** Machine state of the faulty machine. */
  faultyState(): Uint8Array {
    return this.#faulty.save();
  }

  /** Executes both up to a place that lies ahead. */
  advance(to: Place): void {
    while (this.#place.index < to.index) this.#executeTo(this.#record.steps, true);
    if (to.offset > this.#place.offset) this.#executeTo(to.offset, false);
  }

  /** Whether the machines differ in anything but the bytes that are allowed to. */
  isDifferent(): boolean {
    if (this.#ended !== undefined) return true;
    if (Buffer.compare(this.#clean.save(), this.#faulty.save()) !== 0) return true;
    if (!areEqualOutputs(this.#cleanOutputs, this.#faultyOutputs)) return true;
    const allowed = new Set(this.#base.residue.map(({ address }) => address));
    for (const { address } of differingBytes(this.#clean, this.#faulty, this.#dirtyPages())) {
      if (!allowed.has(address)) return true;
    }
    return false;
  }

  /**
   * They are alike here: this is where they go back to from now on.
   * @returns false where that would lose a fault that lasts unseen
   */
  settle(): boolean {
    if (this.#parts.isPatient === true && this.#fired.size > 0) return false;
    const { frames } = this.#parts.rebuilt;
    const pages = this.#dirtyPages();
    const residue = [...differingBytes(this.#clean, this.#faulty, pages)];
    frames.promote(CLEAN, pages);
    frames.shareWithCheckpoint(FAULTY, pages);
    for (const replica of [CLEAN, FAULTY]) frames.clearDirty(replica);
    this.#clean.memory.remapped();
    this.#faulty.memory.remapped();
    this.#base = {
      place: this.#place,
      state: this.#clean.save(),
      work: this.#clean.epochWork,
      fired: new Set(this.#fired),
      residue,
    };
    this.#writeResidue();
    this.#cleanOutputs = [];
    this.#faultyOutputs = [];
    return true;
  }

  /** Puts both back to where they were settled last. */
  rewind(): void {
    const { frames } = this.#parts.rebuilt;
    for (const replica of [CLEAN, FAULTY]) {
      frames.shareWithCheckpoint(replica, frames.dirtyPages(replica));
      frames.clearDirty(replica);
    }
    const { place, state, work, fired } = this.#base;
    for (const machine of [this.#clean, this.#faulty]) {
      machine.restore(state);
      machine.beginEpoch(work);
    }
    this.#writeResidue();
    this.#place = place;
    this.#fired = new Set(fired);
    this.#injector = this.#armed(this.#fired, false);
    this.#cleanOutputs = [];
    this.#faultyOutputs = [];
    this.#ended = undefined;
  }

  /** From a place where they are alike: executes one step and tells what is different by it. */
  look(): LookedAt {
    const step = this.#clean.steps;
    if (this.#place.offset === 0) this.#enter(this.#clean, this.#record);
    let executed: ExecutedStep | undefined;
    let hasStepped = false;
    const stepClean = (): void => {
      if (hasStepped) return;
      executed = this.#clean.stepAndDescribe();
      hasStepped = true;
    };
    let fault: string | undefined;
    let differences: MachineDifferences | undefined;
    let isBefore = false;
    this.#onFault = (what) => {
      if (fault !== undefined) return;
      const isEarly = this.#faulty.steps === step;
      if (!isEarly) stepClean();
      const found = this.#differences();
      fault = what;
      // A fault that lasts may show later only.
      if (found.registers.length + found.memoryBytes === 0 && !found.isElsewhere) return;
      isBefore = isEarly;
      differences = found;
    };
    this.#executeFaulty(this.#part(this.#place.offset + 1));
    this.#onFault = () => {};
    stepClean();
    if (differences === undefined && this.#ended === undefined) differences = this.#differences();
    return { step, executed, differences, fault, isBefore };
  }

  /**
   * After `look` where they had been settled: goes back to before the step, with these bytes of the faulty machine wrong, which are allowed to be,
   * instead of the faults of the step.
   */
  leaveWrong(bytes: readonly Residue[]): void {
    // The faults of the step looked at have happened: what they did is in the bytes.
    const fired = new Set(this.#fired);
    this.rewind();
    this.#base = { ...this.#base, residue: bytes, fired };
    this.rewind();
  }

  get #record(): EpochRecord {
    const record = this.#parts.records[this.#place.index];
    if (record === undefined) throw new RangeError("the log has no such record");
    return record;
  }

  /** The record from here up to an offset. */
  #part(offset: number): EpochRecord {
    const record = this.#record;
    const steps = offset - this.#place.offset;
    return this.#place.offset === 0
      ? { ...record, steps }
      : { ...record, steps, jumpTicks: 0, inputs: [] };
  }

  #executeTo(offset: number, isWhole: boolean): void {
    const part = this.#part(offset);
    const isUncut = isWhole && this.#place.offset === 0;
    this.#enter(this.#clean, part);
    this.#clean.runTo(this.#clean.steps + part.steps);
    this.#cleanOutputs.push(...this.#clean.takeOutputs());
    if (this.#ended === undefined) {
      const outputs = this.#executeFaulty(part);
      this.#faultyBallot =
        isUncut && this.#ended === undefined
          ? ballotOf(this.#faulty, part.epoch, outputs)
          : undefined;
    }
    const { index } = this.#place;
    this.#place = isWhole ? { index: index + 1, offset: 0 } : { index, offset };
  }

  #executeFaulty(part: EpochRecord): readonly Output[] {
    const machine = this.#faulty;
    try {
      this.#enter(machine, part);
      this.#injector.runTo(machine.steps + part.steps, (steps) => machine.runTo(steps));
    } catch (error) {
      // Whatever a fault makes of a machine, it ends the replica and nobody else.
      this.#ended = error instanceof Error ? error.message : String(error);
    }
    const outputs = machine.takeOutputs();
    this.#faultyOutputs.push(...outputs);
    return outputs;
  }

  #enter(machine: Machine, { jumpTicks, inputs }: EpochRecord): void {
    if (this.#place.offset === 0) machine.beginEpoch();
    machine.clock.jump(jumpTicks);
    for (const { channel, bytes } of inputs) machine.deliver(channel, bytes);
  }

  #differences(): MachineDifferences {
    return differencesBetween(this.#clean, this.#faulty, this.#dirtyPages());
  }

  #dirtyPages(): readonly number[] {
    return this.#parts.rebuilt.frames.dirtyPages(CLEAN, FAULTY);
  }

  #writeResidue(): void {
    const { memory, ramBase } = this.#faulty;
    for (const { address, wrong } of this.#base.residue) memory.writeU8(address - ramBase, wrong);
  }

  /** Faults still to come; those that last stay. */
  #pending(fired: ReadonlySet<number>): readonly ArmedFault[] {
    const { rebuilt, faults } = this.#parts;
    return faults.flatMap((fault): ArmedFault[] => {
      if (!fired.has(fault.id)) return [fault];
      const model = rebuilt.registry.get("fault", fault.use);
      return model.isPermanent?.(fault.options) === true ? [{ ...fault, isPresent: true }] : [];
    });
  }

  #armed(fired: ReadonlySet<number>, isFirst: boolean): FaultInjector {
    const machine = this.#faulty;
    // One that looks for its site may have begun before this place.
    const pending = this.#pending(fired).map((fault) =>
      isFirst ? fault : { ...fault, at: Math.max(fault.at, machine.steps) },
    );
    return new FaultInjector(pending, {
      machine,
      registry: this.#parts.rebuilt.registry,
      host: {
        post: (report) => {
          if (report.kind !== "fault") return;
          this.#fired.add(report.id);
          this.#onFault(report.what);
        },
        ...ENDING,
      },
      run: machine,
    });
  }
}

/** Cuts between outputs of one channel do not count: they depend on where a run was cut. */
function areEqualOutputs(a: readonly Output[], b: readonly Output[]): boolean {
  const joined = (outputs: readonly Output[]): Map<string, Buffer> => {
    const channels = Map.groupBy(outputs, ({ channel }) => channel);
    return new Map(
      [...channels].map(([channel, all]) => [
        channel,
        Buffer.concat(all.map(({ bytes }) => bytes)),
      ]),
    );
  };
  const [one, other] = [joined(a), joined(b)];
  if (one.size !== other.size) return false;
  return [...one].every(([channel, bytes]) => other.get(channel)?.equals(bytes) === true);
}
