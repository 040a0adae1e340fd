// The live replicas of a run: starts them from the known-good checkpoint, numbers them, and gives them up.
import { setImmediate as hostTurn } from "node:timers/promises";
import type { Engine } from "../api/processor.ts";
import type { EpochRecord } from "../api/epoch.ts";
import type { ReplicaStarted } from "../api/vmm.ts";
import type { MemorySharing } from "../api/memory-sharing.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import { ReplicaHandle } from "../replica/replica-handle.ts";
import type { StartReplica } from "../replica/replica-link.ts";
import type { ArmedFault } from "../replica/armed-fault.ts";
import type {
  FaultReport,
  ReplicaObservation,
  ReplicaObserved,
  ReplicaReport,
  ReplicaSetup,
} from "../replica/replica-setup.ts";
import type { ChangeSignal } from "./change-signal.ts";
import type { CodeStore } from "./code-store.ts";
import type { CoreMap } from "./core-map.ts";
import type { EngineChoice } from "./engine-choice.ts";
import type { ReplicaMemories } from "./replica-memories.ts";
import { deadlineMs, nextLookMs } from "./watchdog.ts";

/** A setup without what differs between replicas. */
type CommonSetup = Omit<
  ReplicaSetup,
  "replica" | "arena" | "core" | "engine" | "state" | "machine" | "code" | "faults"
> & {
  readonly machine: Omit<ReplicaSetup["machine"], "processorArea">;
};

export interface ReplicaSetOptions {
  readonly common: CommonSetup;
  readonly frames: Pick<FrameSharing, "touchedPages">;
  readonly memories: ReplicaMemories;
  readonly sharing: MemorySharing;
  readonly cores: CoreMap;
  readonly engines: EngineChoice;
  readonly start: (setup: ReplicaSetup) => StartReplica;
  readonly signal: ChangeSignal;
  readonly watchdogMs: number;
  /** Undefined where each replica compiles its own code. */
  readonly code?: CodeStore | undefined;
  /** Faults that a new replica may meet. */
  readonly faults: (arrival: Arrival) => readonly ArmedFault[];
  readonly onFault: (replica: number, core: number, report: FaultReport) => void;
  /** A replica is about to be given up; its ballots are still there. */
  readonly onDiscard?: (handle: ReplicaHandle) => void;
  /** A replica stands still and makes room for a trial on its core. */
  readonly onRoomMade?: (replica: number) => void;
  readonly onNote?: (replica: number, report: ReplicaReport & { kind: "note" }) => void;
  readonly onStarted?: (started: ReplicaStarted) => void;
  /** Who watches, but for where a replica has its cells: byte offset of them in its processor area. */
  readonly observation?: ReplicaObservation;
}

/** A replica comes to a core. */
export interface Arrival {
  readonly replica: number;
  readonly core: number;
  readonly fromStep: number;
  /** Where the replica stands that is there already, for a trial. */
  readonly standing?: number;
}

/** Where a replica starts from; a state of undefined means power-on. */
export interface StartingPoint {
  readonly state: Uint8Array | undefined;
  readonly steps: number;
}

/** Where and how a replica is to run; what is absent is chosen. */
export interface WantedPlace {
  readonly core?: number | undefined;
  readonly engine?: Engine | undefined;
}

/** Number of the first trial: those of replicas are counted from 0. */
const FIRST_TRIAL = 1_000_000;

export const isTrial = (replica: number): boolean => replica >= FIRST_TRIAL;

const POWER_ON: StartingPoint = { state: undefined, steps: 0 };

export class ReplicaSet {
  readonly #options: ReplicaSetOptions;
  readonly #live: ReplicaHandle[] = [];
  readonly #cutOff = new Set<number>();
  #nextNumber = 0;
  #nextTrial: number = FIRST_TRIAL;
  readonly #trials = new Set<ReplicaHandle>();

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
  }

  /** Live and dead ones not yet discarded, in order of age. */
  get all(): readonly ReplicaHandle[] {
    return this.#live;
  }

  get alive(): readonly ReplicaHandle[] {
    return this.#live.filter((handle) => handle.crash === undefined);
  }

  /** By its number; trials, too. */
  find(replica: number): ReplicaHandle | undefined {
    return [...this.#live, ...this.#trials].find((handle) => handle.replica === replica);
  }

  get numbers(): number[] {
    return this.#live.map((handle) => handle.replica);
  }

  /** Whether it counted as dead only because it could not be heard, or for the sake of its place. */
  wasCutOff(replica: number): boolean {
    return this.#cutOff.has(replica) || this.find(replica)?.isCutOff === true;
  }

  get engines(): EngineChoice {
    return this.#options.engines;
  }

  get cores(): CoreMap {
    return this.#options.cores;
  }

  /** Starts a replica on a free core, of which there has to be one, from the known-good checkpoint or from power-on. */
  spawn(from: StartingPoint = POWER_ON, wanted: WantedPlace = {}): ReplicaHandle {
    const replica = this.#nextNumber++;
    const core = this.cores.place(replica, wanted.core);
    const live = this.alive.map((handle) => handle.replica);
    this.engines.assign(replica, live, wanted.engine);
    const handle = this.#start({ replica, core, fromStep: from.steps }, from.state);
    this.#live.push(handle);
    return handle;
  }

  /**
   * Starts a replica that belongs to nobody, on a core on which another may stand still meanwhile: to see what becomes
   * of it there. It has to be given up.
   * @param standing step at which all others stand
   */
  tryOut(
    from: StartingPoint,
    { core, engine }: { readonly core: number; readonly engine?: Engine | undefined },
    standing: number,
  ): ReplicaHandle {
    const occupant = this.cores.occupantOf(core);
    if (occupant !== undefined) this.#options.onRoomMade?.(occupant);
    const replica = this.#nextTrial++;
    this.engines.assign(replica, [], engine);
    const trial = this.#start({ replica, core, fromStep: from.steps, standing }, from.state);
    this.#trials.add(trial);
    return trial;
  }

  async giveUp(trial: ReplicaHandle): Promise<void> {
    this.#trials.delete(trial);
    this.#options.onDiscard?.(trial);
    await trial.end();
    this.#options.memories.remove(trial.replica);
  }

  #start(arrival: Arrival, state: Uint8Array | undefined): ReplicaHandle {
    const { common, frames, memories, sharing, code, observation } = this.#options;
    const { replica, core } = arrival;
    const arena = memories.add(replica);
    sharing.replicaStarted(replica, frames.touchedPages(), memories.mechanism);
    const processorArea = common.layout.arenas[arena]?.processorArea ?? 0;
    const engine = this.engines.of(replica);
    // Who interprets has no use for compiled code.
    const invitation = engine === "interpreted" ? undefined : code?.invite();
    const setup: ReplicaSetup = {
      ...common,
      machine: { ...common.machine, processorArea },
      replica,
      arena,
      core,
      engine,
      faults: this.#options.faults(arrival),
      state,
      code: invitation?.setup,
      ...(observation !== undefined && {
        observation: { ...observation, cells: processorArea + observation.cells },
      }),
    };
    const start = this.#options.start(setup);
    const handle = new ReplicaHandle(
      replica,
      (onReport) =>
        start((report) => {
          if (report.kind === "ready") invitation?.joined();
          onReport(report);
        }),
      () => this.#options.signal.notify(),
      (report) => this.#options.onFault(replica, core, report),
      (report) => {
        if (!isTrial(replica)) this.#options.onNote?.(replica, report);
      },
    );
    const { pid } = handle;
    this.#options.onStarted?.({ replica, core, ...(pid !== undefined && { pid }) });
    return handle;
  }

  async discard(replica: number): Promise<void> {
    const index = this.#live.findIndex((handle) => handle.replica === replica);
    const [handle] = index < 0 ? [] : this.#live.splice(index, 1);
    if (handle !== undefined) this.#options.onDiscard?.(handle);
    if (handle?.isCutOff === true) this.#cutOff.add(replica);
    await handle?.end();
    this.#options.memories.remove(replica);
    this.#options.cores.leave(replica);
  }

  async discardAll(): Promise<void> {
    for (const trial of this.#trials) await this.giveUp(trial);
    for (const replica of this.numbers) await this.discard(replica);
  }

  /** What was seen of the live replicas, which have to stand still at the end of a run. */
  async observe(): Promise<{ readonly replica: number; readonly observed: ReplicaObserved }[]> {
    await this.quiesce(this.alive);
    const handles = this.alive;
    const answers = handles.map((handle) => handle.observe());
    await this.quiesce(handles);
    const all = await Promise.all(answers);
    return handles.flatMap(({ replica }, index) => {
      const observed = all[index];
      return observed === undefined ? [] : [{ replica, observed }];
    });
  }

  /** Who was granted it before, by a coordinator that failed since, is left out. */
  grant(record: EpochRecord): void {
    for (const handle of this.alive) {
      if (handle.lastGranted < record.epoch) handle.grant(record);
    }
  }

  /** Machine states of these, which stand still; undefined for those that die or hang instead of answering. */
  async saveStates(handles: readonly ReplicaHandle[]): Promise<(Uint8Array | undefined)[]> {
    const states = handles.map((handle) => handle.saveState());
    await this.quiesce(handles);
    return Promise.all(states);
  }

  /**
   * Waits until these stand still at the last granted boundary or are dead.
   * One that makes no progress for the watchdog's time is declared dead.
   */
  async quiesce(handles: readonly ReplicaHandle[]): Promise<void> {
    await this.#await(handles, ({ isQuiescent }) => isQuiescent);
    for (const handle of handles) handle.hasBeenAwaited = true;
  }

  /** As `quiesce`, until these have left the states that they were asked for, wherever they are by then. */
  async awaitStates(handles: readonly ReplicaHandle[]): Promise<void> {
    await this.#await(handles, ({ owesState }) => !owesState);
  }

  async #await(
    handles: readonly ReplicaHandle[],
    isThere: (handle: ReplicaHandle) => boolean,
  ): Promise<void> {
    const { signal, watchdogMs } = this.#options;
    const progress = (): number => handles.reduce((sum, handle) => sum + handle.reports, 0);
    let known = progress();
    let since = performance.now();
    for (;;) {
      // In this order: a look at what it left may show that it is dead.
      const busy = handles.filter((handle) => !isThere(handle) && handle.crash === undefined);
      if (busy.length === 0) return;
      const now = performance.now();
      if (progress() !== known) {
        known = progress();
        since = now;
      }
      const deadlines = busy.map((handle) => deadlineMs(handle, since, watchdogMs));
      const waitMs = Math.max(...deadlines) - now;
      if (waitMs > 0) await signal.wait(nextLookMs(waitMs, watchdogMs));
      else {
        // This thread may have been busy: reports that wait to be heard count.
        await hostTurn();
        if (progress() !== known) continue;
        for (const handle of busy) handle.declareHung();
      }
    }
  }
}
