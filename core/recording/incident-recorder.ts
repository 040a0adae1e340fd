// Writes a file for every divergence: everything that is needed to replay from the known-good checkpoint to it. What is
// written is copied before recovery changes anything; the writing itself goes on beside the run. Whatever fails here is
// a warning: a run must not end because its incident can't be written.
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { Divergence } from "../api/recovery-strategy.ts";
import type { FaultInjected } from "../api/vmm.ts";
import type { ReplicaMemories } from "../coordinator/replica-memories.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { ArmedFault } from "../replica/armed-fault.ts";
import { ContainerWriter } from "./container-writer.ts";
import { encodeEntry } from "./epoch-entries.ts";
import {
  encodeContent,
  type AgreedEpoch,
  type IncidentOutcome,
  type IncidentPage,
  type IncidentReplica,
} from "./incident-content.ts";
import { encodeManifest, encodeSymbols, type Manifest } from "./manifest.ts";
import { type CopiedPages, copyPages, PageWriter } from "./page-store.ts";
import { encodePoint } from "./saved-point.ts";

const SUFFIX = ".xvi";
/** Pages that differ are kept up to so many; each says enough. */
const MAX_DIFFERING_PAGES = 64;

/** Of a run: a defect that stays could fill a disk. */
const MAX_INCIDENTS = 32;

/** A replica as it stands at the divergence. */
export interface Witnessed {
  readonly replica: number;
  /** Where it runs. */
  readonly core: number;
  readonly ballot: Ballot | undefined;
  readonly crash: string | undefined;
  /** Its machine state, where states were compared and it is alive. */
  readonly state?: Uint8Array | undefined;
}

/** Everything as it is at the divergence, while the replicas that matter stand still. */
export interface Scene {
  readonly divergence: Divergence;
  readonly replicas: readonly Witnessed[];
  readonly checkpoint: {
    readonly epoch: number;
    readonly steps: number;
    readonly state: Uint8Array | undefined;
  };
  /** Since the checkpoint. */
  readonly records: readonly EpochRecord[];
  readonly agreed: readonly AgreedEpoch[];
}

export interface IncidentParts {
  readonly directory: string;
  readonly frames: FrameSharing;
  readonly memories: Pick<ReplicaMemories, "differing">;
  readonly shared: WebAssembly.Memory;
  /** Described for a file in this directory. */
  readonly manifest: (directory: string) => Manifest;
  readonly symbols: readonly GuestSymbol[];
  /** Faults that replicas may have met since the checkpoint. */
  readonly faults: () => readonly ArmedFault[];
  /** Faults that were reported. */
  readonly injected: () => readonly FaultInjected[];
  readonly warn: (message: string) => void;
  /** An incident is complete on the disk. */
  readonly onWritten: (path: string, divergence: Divergence) => void;
}

/** An incident whose divergence is being resolved. */
export interface OpenIncident {
  readonly path: string;
  resolved(outcome: IncidentOutcome): void;
}

export class IncidentRecorder {
  readonly #parts: IncidentParts;
  /** One at a time: contents of memory wait to be written. */
  #writing: Promise<void> = Promise.resolve();
  readonly #failed = new Set<string>();
  #count = 0;

  constructor(parts: IncidentParts) {
    this.#parts = parts;
  }

  /** Before recovery begins. Never rejects. @returns undefined when the file can't be made. */
  async capture(scene: Scene): Promise<OpenIncident | undefined> {
    const { directory, frames, shared } = this.#parts;
    this.#count += 1;
    if (this.#count > MAX_INCIDENTS) {
      if (this.#count === MAX_INCIDENTS + 1) {
        this.#parts.warn(`no more than ${MAX_INCIDENTS} incidents of a run are written`);
      }
      return undefined;
    }
    await this.#writing;
    const startMs = performance.now();
    let writer: ContainerWriter | undefined;
    let memory: CopiedPages;
    let content: Uint8Array;
    try {
      await mkdir(directory, { recursive: true });
      writer = await createNew(directory, scene.divergence.epoch);
      memory = copyPages(frames.touchedPages(), shared, (page) => frames.checkpointOffset(page));
      content = await this.#contentOf(scene, startMs);
    } catch (error) {
      this.#parts.warn(`no incident was written: ${messageOf(error)}`);
      if (writer !== undefined) await discard(writer);
      return undefined;
    }
    let resolve: (outcome: IncidentOutcome | undefined) => void = () => {};
    const outcome = new Promise<IncidentOutcome | undefined>((settle) => {
      resolve = settle;
    });
    this.#resolveOpen = () => resolve(undefined);
    const { path } = writer;
    this.#writing = this.#write(writer, scene, content, memory, outcome).catch((error: unknown) =>
      this.#fail(path, messageOf(error)),
    );
    return { path, resolved: resolve };
  }

  /** False for an incident that could not be completed. */
  isWritten(path: string): boolean {
    return !this.#failed.has(path);
  }

  /** Waits until all is written. Never rejects. */
  async close(): Promise<void> {
    this.#resolveOpen();
    await this.#writing;
  }

  #resolveOpen: () => void = () => {};

  async #write(
    writer: ContainerWriter,
    scene: Scene,
    content: Uint8Array,
    memory: CopiedPages,
    outcome: Promise<IncidentOutcome | undefined>,
  ): Promise<void> {
    const { manifest, symbols, onWritten } = this.#parts;
    try {
      writer.add("MANI", encodeManifest(manifest(dirname(writer.path))));
      if (symbols.length > 0) writer.add("SYMB", encodeSymbols(symbols));
      writer.add("INCI", content);
      const lines = scene.records.map((record) => encodeEntry({ record, end: undefined }));
      writer.add("EPOC", Buffer.from(lines.join("")));
      const pages = await new PageWriter(writer).store(memory);
      writer.add("STAT", encodePoint({ ...scene.checkpoint, pages }));
      await writer.written();
      const result = await outcome;
      if (result !== undefined) writer.addJson("OUTC", result);
      writer.addJson("SEAL", {});
    } finally {
      await writer.close();
    }
    if (writer.failure === undefined) onWritten(writer.path, scene.divergence);
    else this.#fail(writer.path, writer.failure);
  }

  #fail(path: string, why: string): void {
    this.#failed.add(path);
    this.#parts.warn(`the incident ${path} could not be completed: ${why}`);
  }

  async #contentOf(scene: Scene, startMs: number): Promise<Uint8Array> {
    const { divergence, agreed } = scene;
    const { steps } = scene.checkpoint;
    const end = scene.records.reduce((sum, record) => sum + record.steps, steps);
    return encodeContent({
      divergence,
      replicas: scene.replicas.map((seen) => this.#describe(seen)),
      pages: divergence.signal === "state" ? await this.#differingPages(scene) : [],
      agreed,
      faults: this.#parts.faults().filter(({ at }) => at < end),
      injected: this.#parts.injected().filter(({ step }) => step >= steps),
      time: new Date().toISOString(),
      pauseMs: performance.now() - startMs,
    });
  }

  #describe({ replica, core, ballot, crash, state }: Witnessed): IncidentReplica {
    return {
      replica,
      core,
      ...(ballot !== undefined && { ballot }),
      ...(crash !== undefined && { crash }),
      ...(state !== undefined && { state }),
    };
  }

  #differingPages({ replicas }: Scene): Promise<readonly IncidentPage[]> {
    const alive = replicas.filter(({ state }) => state !== undefined).map(({ replica }) => replica);
    return this.#parts.memories.differing(alive, MAX_DIFFERING_PAGES);
  }
}

/** Names are by time and epoch; another run may have had the same. */
async function createNew(directory: string, epoch: number): Promise<ContainerWriter> {
  const time = new Date()
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, "")
    .replace("T", "-");
  const name = `incident-${time}-epoch${epoch}`;
  for (let number = 1; ; number++) {
    const path = join(directory, `${name}${number === 1 ? "" : `-${number}`}${SUFFIX}`);
    try {
      return await ContainerWriter.create(path, "incident");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Of a file that holds nothing yet. Never rejects. */
async function discard(writer: ContainerWriter): Promise<void> {
  await writer.close();
  await rm(writer.path, { force: true }).catch(() => {});
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
