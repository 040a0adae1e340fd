// The machine that experiments are done to: one per thread, put back to states of the run without faults again and again.
import type { Output } from "../api/epoch.ts";
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { ExecutedStep } from "../api/processor.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import { Machine } from "../machine/machine.ts";
import type { Manifest } from "../recording/manifest.ts";
import type { PageReader } from "../recording/page-store.ts";
import { RebuiltMachine } from "../recording/rebuilt-machine.ts";
import type { SavedPoint } from "../recording/saved-point.ts";
import { ReplicaInstruments } from "../replica/replica-instruments.ts";
import { SymbolTable } from "../replica/symbol-table.ts";
import { WatchedMemory } from "./watched-memory.ts";
import { VersionedMemory } from "./versioned-memory.ts";

/** Frames for states of the run without faults, beside the memory of the machine and of its first state. */
const VERSION_FRAMES = 65_536;

const REPLICA = 0;

export interface SubjectParts {
  readonly manifest: Manifest;
  readonly registry: Registry;
  readonly symbols: readonly GuestSymbol[];
  /** Those that find a replica faulty. */
  readonly instruments: readonly SlotConfig[];
  /** All points up to where it starts. */
  readonly points: readonly SavedPoint[];
  readonly pages: PageReader;
  /** Default: enough for most guests. */
  readonly versionFrames?: number;
}

/** A machine's state at a place, but for memory. */
export interface SubjectState {
  readonly state: Uint8Array;
  /** Of the epoch up to there. */
  readonly outputs: readonly Output[];
  readonly work: number;
}

export class Subject {
  readonly machine: Machine;
  readonly memory: WatchedMemory;
  readonly symbols: SymbolTable;
  readonly versionFrames: number;
  readonly #instruments: ReplicaInstruments;
  readonly #place: ConstructorParameters<typeof VersionedMemory>;
  #versions: VersionedMemory | undefined;

  constructor({
    manifest,
    registry,
    symbols,
    instruments,
    points,
    pages,
    versionFrames = VERSION_FRAMES,
  }: SubjectParts) {
    this.versionFrames = versionFrames;
    const ramPages = manifest.machine.ramBytes / 4096;
    const spare = 1 + Math.ceil(versionFrames / ramPages);
    const rebuilt = new RebuiltMachine(manifest, registry, symbols, 1, spare);
    rebuilt.load(points, pages);
    const state = points.at(-1)?.state;
    const setup = rebuilt.setupOf({ replica: REPLICA, state, instruments });
    this.memory = new WatchedMemory(setup.shared, setup.layout, setup.arena);
    this.#place = [this.memory, setup.layout, setup.arena];
    this.symbols = new SymbolTable(symbols);
    this.#instruments = new ReplicaInstruments(setup, registry, this.symbols, () => {});
    this.machine = new Machine(setup.machine, registry, this.memory, {
      instrumentation: this.#instruments.processor,
      activity: undefined,
      exchange: undefined,
    });
    if (state !== undefined) this.machine.restore(state);
    this.#instruments.attach(this.machine);
  }

  /** Its memory's states; the first one is the memory as it is when this is asked for first. */
  get versions(): VersionedMemory {
    this.#versions ??= new VersionedMemory(...this.#place);
    return this.#versions;
  }

  /** What a place is, but for memory. */
  state(): SubjectState {
    const { machine } = this;
    return { state: machine.save(), outputs: machine.peekOutputs(), work: machine.epochWork };
  }

  /** @param place number of the place in memory */
  goTo(place: number, { state, outputs, work }: SubjectState): void {
    this.versions.goTo(place);
    this.machine.resume(state, outputs, work);
    this.#instruments.attach(this.machine);
  }

  /** @throws SelfCheckFailure */
  selfCheck(): void {
    this.#instruments.selfCheck();
  }

  /** Whether what saved states do not have is as in a machine without faults. */
  get isSoundWithin(): boolean {
    return this.machine.processor.shadow?.difference() === undefined;
  }

  /** Executes one step. */
  step(): ExecutedStep | undefined {
    return this.machine.stepAndDescribe();
  }
}
