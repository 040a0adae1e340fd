// Executes a recorded run again in one replica and checks every epoch against what was agreed on.
import { createHash } from "node:crypto";
import type { Ballot, EpochRecord, Output } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { Replica } from "../replica/replica.ts";
import { endOf, type EpochEnd, type EpochEntry } from "./epoch-entries.ts";
import { RebuiltMachine } from "./rebuilt-machine.ts";
import type { RecordedRun } from "./recorded-run.ts";
import type { SavedPoint } from "./saved-point.ts";

/** The one replica there is. */
const REPLICA = 0;

export interface ReplayOptions {
  /** Last epoch to execute. */
  readonly toEpoch?: number | undefined;
  /** Step to stop before. */
  readonly toStep?: number | undefined;
  /** Execute everything, although a snapshot lies nearer. */
  readonly isFromStart?: boolean | undefined;
  /** The first step that instruments are to see: a snapshot behind it is passed over. */
  readonly firstStep?: number | undefined;
  readonly instruments?: readonly SlotConfig[];
  /** Outputs that were agreed on. What replicas that had run ahead had put out never left, and is not handed out. */
  readonly onOutput?: (output: Output) => void;
  /** What an instrument, by its place in the list, hands out. */
  readonly onNote?: (instrument: number, text: string) => void;
}

export interface ReplayDifference {
  readonly epoch: number;
  readonly what: string;
}

export interface ReplayResult {
  readonly fromEpoch: number;
  readonly fromStep: number;
  /** Last epoch executed, as a whole or in part. */
  readonly epoch: number;
  /** Epochs executed. */
  readonly epochs: number;
  readonly step: number;
  /** The last steps that replicas had run ahead when the run ended: nobody had agreed on them, and nothing of them left. */
  readonly stepsAhead: number;
  readonly digestsChecked: number;
  readonly snapshotsChecked: number;
  readonly isFinalStateChecked: boolean;
  /** The first one; the replay stops there. */
  readonly difference: ReplayDifference | undefined;
  readonly wallMs: number;
  /** As the replay left it. */
  readonly replica: Replica;
}

export class RecordingReplay {
  readonly #run: RecordedRun;
  readonly #registry: Registry;
  readonly #options: ReplayOptions;
  #digests = 0;
  #snapshots = 0;
  #isFinalStateChecked = false;

  constructor(run: RecordedRun, registry: Registry, options: ReplayOptions) {
    this.#run = run;
    this.#registry = registry;
    this.#options = options;
  }

  /** @throws XV_ERR_RECORDING_POSITION */
  execute(): ReplayResult {
    const startMs = performance.now();
    const run = this.#run;
    const { toEpoch = Infinity, toStep = Infinity, instruments = [], onNote } = this.#options;
    const points = this.#pointsToStart();
    const start = points.at(-1) as SavedPoint;
    const machine = new RebuiltMachine(run.manifest, this.#registry, run.symbols, 1);
    machine.load(points, run.pages);
    const replica = machine.start({
      replica: REPLICA,
      state: start.state,
      instruments,
      onReport: (report) => {
        if (report.kind === "note") onNote?.(report.index, report.text);
      },
    });
    const snapshots = new Map(run.points.map((point) => [point.epoch, point]));
    let { epoch } = start;
    let agreedSteps = start.steps;
    let difference: ReplayDifference | undefined;
    for (const entry of run.entriesAfter(epoch)) {
      const { record, end } = entry;
      if (record.epoch > toEpoch) break;
      // Beyond what was agreed on, only the whole run goes.
      if (end === undefined && (toEpoch !== Infinity || toStep !== Infinity)) break;
      // Where the step is the first of an epoch, what enters there has entered.
      const isPart = end !== undefined && end.steps > toStep;
      if (record.epoch !== epoch + 1) {
        difference = { epoch: record.epoch, what: `epoch ${epoch + 1} is missing` };
        break;
      }
      epoch = record.epoch;
      const ballot = replica.runEpoch(isPart ? partOf(record, replica, toStep) : record);
      if (end !== undefined) {
        agreedSteps = ballot.steps;
        for (const output of ballot.outputs) this.#options.onOutput?.(output);
      }
      if (isPart) break;
      difference =
        this.#check(entry, ballot) ?? this.#checkSnapshot(snapshots, machine, replica, epoch);
      if (difference !== undefined) break;
    }
    const isWhole = toEpoch === Infinity && toStep === Infinity && difference === undefined;
    if (isWhole) difference = this.#checkEnd(machine, replica, epoch);
    if (difference === undefined) this.#requireReached(epoch, replica.machine.steps);
    return {
      fromEpoch: start.epoch + 1,
      fromStep: start.steps,
      epoch,
      epochs: epoch - start.epoch,
      step: replica.machine.steps,
      stepsAhead: replica.machine.steps - agreedSteps,
      digestsChecked: this.#digests,
      snapshotsChecked: this.#snapshots,
      isFinalStateChecked: this.#isFinalStateChecked,
      difference,
      wallMs: performance.now() - startMs,
      replica,
    };
  }

  /** All points up to the one to start from. */
  #pointsToStart(): readonly SavedPoint[] {
    const { toEpoch, toStep, firstStep = Infinity, isFromStart = false } = this.#options;
    const { points } = this.#run;
    const isWhole = toEpoch === undefined && toStep === undefined;
    if (isFromStart || isWhole) return points.slice(0, 1);
    const last = { epoch: toEpoch ?? Infinity, steps: Math.min(toStep ?? Infinity, firstStep) };
    return points.filter(
      ({ epoch, steps }, index) => index === 0 || (epoch <= last.epoch && steps <= last.steps),
    );
  }

  #check({ record, end }: EpochEntry, ballot: Ballot): ReplayDifference | undefined {
    if (end === undefined) return undefined;
    const found = endOf(ballot, end.registers !== undefined);
    this.#digests += 1;
    if (found.digest === end.digest) return undefined;
    return { epoch: record.epoch, what: differenceText(end, found) };
  }

  #checkSnapshot(
    snapshots: ReadonlyMap<number, SavedPoint>,
    machine: RebuiltMachine,
    replica: Replica,
    epoch: number,
  ): ReplayDifference | undefined {
    const point = snapshots.get(epoch);
    if (point?.state === undefined) return undefined;
    this.#snapshots += 1;
    if (Buffer.compare(point.state, replica.machine.save()) !== 0) {
      return { epoch, what: "the state of processor and devices is not that of the snapshot" };
    }
    for (const { page, digest } of point.pages) {
      const found = createHash("sha256").update(machine.page(REPLICA, page)).digest("hex");
      if (found === digest) continue;
      const address = replica.machine.ramBase + page * 4096;
      return { epoch, what: `the page at 0x${address.toString(16)} is not that of the snapshot` };
    }
    return undefined;
  }

  #checkEnd(
    machine: RebuiltMachine,
    replica: Replica,
    epoch: number,
  ): ReplayDifference | undefined {
    const finalState = this.#run.seal?.finalState;
    if (finalState === undefined) return undefined;
    this.#isFinalStateChecked = true;
    if (machine.finalState(REPLICA, replica) === finalState) return undefined;
    return { epoch, what: "the final state (registers, devices, memory) is another one" };
  }

  #requireReached(epoch: number, step: number): void {
    const { toEpoch, toStep } = this.#options;
    const isTooFar =
      (toEpoch !== undefined && epoch < toEpoch) || (toStep !== undefined && step < toStep);
    if (!isTooFar) return;
    throw new ExtravirtError(
      "XV_ERR_RECORDING_POSITION",
      `The recording ends with epoch ${epoch} at step ${step}.`,
      {
        place: toStep === undefined ? "--to-epoch" : "--to-step",
        value: String(toStep ?? toEpoch),
        remedy: `Name an epoch up to ${epoch}, or a step up to ${step}.`,
      },
    );
  }
}

/** The part of an epoch up to a step. */
function partOf(record: EpochRecord, { machine }: Replica, toStep: number): EpochRecord {
  return { ...record, steps: toStep - machine.steps };
}

function differenceText(recorded: EpochEnd, found: EpochEnd): string {
  if (recorded.steps !== found.steps) {
    return `it ends at step ${found.steps}, in the recording at step ${recorded.steps}`;
  }
  const parts = [
    ...(recorded.outputs === found.outputs ? [] : ["the outputs"]),
    ...(recorded.registers === found.registers ? [] : ["the registers"]),
  ];
  const what =
    parts.length === 0 ? "virtual time, timers or the end of the guest" : parts.join(" and ");
  return `${what} differ from the recording`;
}
