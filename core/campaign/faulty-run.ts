// One experiment on the machine of its thread: from a state of the run without faults, with its fault, epoch by epoch.
import type { Ballot, EpochRecord, Output } from "../api/epoch.ts";
import type { Experiment, Propagation } from "../api/experiment.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { Platform } from "../api/platform.ts";
import type { Registry } from "../api/plugin.ts";
import type { DivergenceSignal } from "../api/recovery-strategy.ts";
import { ENDING, ReplicaEnded } from "../recording/rebuilt-machine.ts";
import { ballotOf, enterEpoch } from "../machine/epoch-of-machine.ts";
import { armFaults } from "../replica/armed-fault.ts";
import { FaultInjector, isNoSite } from "../replica/fault-injector.ts";
import { SelfCheckFailure } from "../replica/replica-setup.ts";
import type { GoldenPlace, GoldenStates } from "./golden-states.ts";
import type { Subject } from "./subject.ts";

/** Pages that may stay different. */
const MOST_LATENT = 16;

export interface FaultyRunParts {
  readonly subject: Subject;
  readonly states: GoldenStates;
  readonly registry: Registry;
  readonly platform: Platform;
}

export type EpochEnd =
  | { readonly kind: "voted"; readonly ballot: Ballot }
  /** From here on it does what the run without faults does; these pages stay different. */
  | { readonly kind: "converged"; readonly place: GoldenPlace; readonly pages: readonly number[] }
  /** It does not vote. */
  | { readonly kind: "ended"; readonly signal: DivergenceSignal; readonly detail: string };

export class FaultyRun {
  /** The epoch that comes next; begun, where it starts within one. */
  readonly firstEpoch: number;
  injected: { readonly what: string; readonly step: number } | undefined;
  firstWrong: Propagation | undefined;
  readonly #parts: FaultyRunParts;
  readonly #injector: FaultInjector;
  readonly #replica: number;
  #start: GoldenPlace | undefined;

  constructor(experiment: Experiment, parts: FaultyRunParts) {
    this.#parts = parts;
    const { subject, states, registry } = parts;
    const { machine } = subject;
    const start = states.before(experiment.fault.at);
    subject.goTo(start.number, start);
    this.#start = start;
    this.#replica = experiment.fault.replica as number;
    this.firstEpoch = start.epoch;
    this.#injector = new FaultInjector(armFaults([experiment.fault]), {
      machine,
      registry,
      run: machine,
      host: {
        post: (report) => {
          if (report.kind !== "fault") return;
          this.injected ??= { what: report.what, step: report.step };
        },
        ...ENDING,
      },
    });
  }

  get steps(): number {
    return this.#parts.subject.machine.steps;
  }

  /** Whether the fault changed anything that it should have. */
  get hasStruck(): boolean {
    return this.injected !== undefined && !isNoSite(this.injected.what);
  }

  /**
   * @param isBesideGolden so far it was given what the run without faults was given: places of that run can be compared
   */
  runEpoch(record: EpochRecord, isBesideGolden: boolean): EpochEnd {
    const { subject, states } = this.#parts;
    const { machine } = subject;
    const start = this.#start;
    this.#start = undefined;
    const isBegun = start?.isBoundary === false;
    const startSteps = isBegun ? (states.epochs.get(record.epoch)?.startSteps ?? 0) : machine.steps;
    const end = startSteps + record.steps;
    try {
      if (!isBegun) enterEpoch(machine, record);
      if (isBesideGolden) {
        for (const place of states.in(record.epoch)) {
          if (place.isBoundary || place.steps <= machine.steps) continue;
          this.#runTo(place.steps);
          if (machine.steps < place.steps) break;
          const pages = this.latentPagesAt(place);
          if (pages !== undefined) return { kind: "converged", place, pages };
        }
      }
      this.#runTo(end);
      subject.selfCheck();
    } catch (error) {
      return endOf(error, this.#replica);
    }
    return { kind: "voted", ballot: ballotOf(machine, record.epoch) };
  }

  /**
   * Whether it is what the run without faults was at a place, but for pages that the latter does not touch any more, and
   * nothing of the fault is still to come: then it goes on in the same way.
   * @returns these pages, undefined where more differs
   */
  latentPagesAt(place: GoldenPlace): readonly number[] | undefined {
    const { subject, states } = this.#parts;
    if (!states.isConvergenceKnown) return undefined;
    if (this.injected === undefined || !this.#injector.isSpent) return undefined;
    const { machine } = subject;
    if (!place.isBoundary && machine.epochWork !== place.work) return undefined;
    if (!subject.isSoundWithin) return undefined;
    const isLooked = this.firstWrong !== undefined;
    const at = firstDifference(machine.processor.registers(), place.registers);
    if (at !== undefined && isLooked) return undefined;
    const isAlike =
      at === undefined &&
      (place.isBoundary || areEqual(machine.peekOutputs(), place.outputs)) &&
      Buffer.compare(machine.save(), place.state) === 0;
    if (!isAlike && isLooked) return undefined;
    const pages = subject.versions.differingPages(place.number, isAlike ? MOST_LATENT + 1 : 1);
    if (!isLooked && (at !== undefined || pages.length > 0)) this.#note(at, pages);
    if (!isAlike || pages.length > MOST_LATENT) return undefined;
    return pages.every((page) => states.isUntouchedAfter(place, page)) ? pages : undefined;
  }

  /** Machine state and memory at a place that follows an epoch. */
  differenceAt(place: GoldenPlace): StateDifference | undefined {
    const { subject } = this.#parts;
    const isStateEqual = Buffer.compare(subject.machine.save(), place.state) === 0;
    if (!isStateEqual) return { isInMachine: true, pages: [] };
    const pages = subject.versions.differingPages(place.number, Infinity).toSorted((a, b) => a - b);
    return pages.length === 0 ? undefined : { isInMachine: false, pages };
  }

  /** What is wrong at the first look after the fault. */
  #note(at: number | undefined, pages: readonly number[]): void {
    const { platform } = this.#parts;
    const register = at === undefined ? undefined : platform.nameRegister?.(at);
    const [page] = pages;
    this.firstWrong = {
      ...(register !== undefined && { register }),
      ...(page !== undefined && { page: platform.ramBase / PAGE_BYTES + page }),
    };
  }

  #runTo(steps: number): void {
    const { machine } = this.#parts.subject;
    this.#injector.runTo(steps, (to) => machine.runTo(to));
  }
}

export interface StateDifference {
  readonly isInMachine: boolean;
  /** Ascending; not looked for where the machine's own state differs. */
  readonly pages: readonly number[];
}

/** Whatever a fault makes of a machine, it ends the replica and nobody else. */
function endOf(error: unknown, replica: number): EpochEnd {
  // Of this thread's own memory, which no replica has.
  if (error instanceof ExtravirtError && error.code === "XV_ERR_MEMORY_POOL_EXHAUSTED") throw error;
  const isTold = error instanceof ExtravirtError || error instanceof SelfCheckFailure;
  const detail = `replica ${replica}: ${isTold ? error.message : String(error)}`;
  if (error instanceof SelfCheckFailure) return { kind: "ended", signal: "self-check", detail };
  const signal = error instanceof ReplicaEnded && error.isHung ? "hang" : "crash";
  return { kind: "ended", signal, detail };
}

function areEqual(a: readonly Output[], b: readonly Output[]): boolean {
  if (a.length !== b.length) return false;
  return a.every(({ channel, bytes }, index) => {
    const other = b[index];
    return other?.channel === channel && Buffer.compare(bytes, other.bytes) === 0;
  });
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  if (Buffer.compare(a, b) === 0) return undefined;
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? undefined : at;
}
