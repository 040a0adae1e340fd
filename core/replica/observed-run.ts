// Runs a machine for those who watch it: cut at samples of a profile, step by step in the windows of instruments.
// DETERMINISM: a machine does the same however its run is cut.
import type { FaultyStep, InstructionFault } from "../api/processor-faults.ts";
import type { Machine } from "../machine/machine.ts";
import type { Profiler } from "./profiler.ts";
import type { ReplicaInstruments } from "./replica-instruments.ts";

export class ObservedRun {
  readonly #machine: Machine;
  readonly #instruments: ReplicaInstruments;
  readonly #profiler: Profiler | undefined;
  /** Step of the next sample. */
  #sampleAt: number;

  constructor(machine: Machine, instruments: ReplicaInstruments, profiler: Profiler | undefined) {
    this.#machine = machine;
    this.#instruments = instruments;
    this.#profiler = profiler;
    this.#sampleAt = machine.steps + (profiler?.nextSpan() ?? Infinity);
  }

  /** As `Machine.runTo`. */
  runTo(steps: number): void {
    const machine = this.#machine;
    let window = this.#instruments.nextWindow(machine.steps);
    while (window !== undefined && window.from < steps) {
      this.#run(window.from);
      const end = Math.min(window.to, steps);
      while (machine.steps >= window.from && machine.steps < end) {
        const before = machine.steps;
        this.step();
        if (machine.steps === before) break;
      }
      if (machine.steps < end) break;
      window = this.#instruments.nextWindow(machine.steps);
    }
    this.#run(steps);
  }

  /** As `Machine.step`. */
  step(): string | undefined {
    const machine = this.#machine;
    const { steps } = machine;
    const window = this.#instruments.nextWindow(steps);
    if (window === undefined || window.from > steps) return machine.step();
    const executed = machine.stepAndDescribe();
    if (executed !== undefined) this.#instruments.stepped(steps, executed);
    return executed?.kind === "retired" ? executed.written?.name : undefined;
  }

  /** As `Machine.stepWith`. */
  stepWith(fault: InstructionFault): FaultyStep {
    const { steps } = this.#machine;
    const done = this.#machine.stepWith(fault);
    if (done.executed !== undefined) this.#instruments.stepped(steps, done.executed);
    return done;
  }

  #run(steps: number): void {
    const machine = this.#machine;
    const profiler = this.#profiler;
    if (profiler === undefined) {
      machine.runTo(steps);
      return;
    }
    const before = profiler.enter("interpreter");
    while (this.#sampleAt < steps) {
      machine.runTo(this.#sampleAt);
      // Idle or stopped: nothing is executed until the end.
      if (machine.steps < this.#sampleAt) break;
      const position = machine.processor.position?.();
      if (position !== undefined) profiler.sample(position);
      this.#sampleAt = machine.steps + profiler.nextSpan();
    }
    machine.runTo(steps);
    profiler.enter(before);
  }
}
