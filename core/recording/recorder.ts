// Records a run while it goes on: what the machine is, its memory at power-on, the log of epochs with the digest of what
// was agreed on, and snapshots from known-good checkpoints. Nothing here waits for the disk but `ready`, which bounds
// what waits in memory.
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { RecordingConfig } from "../api/config.ts";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { RunStop } from "../coordinator/run-report.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import { ContainerWriter } from "./container-writer.ts";
import { encodeEntry, endOf } from "./epoch-entries.ts";
import { encodeManifest, encodeSymbols, type Manifest } from "./manifest.ts";
import { copyPages, PageWriter } from "./page-store.ts";
import { encodePoint } from "./saved-point.ts";

/** Name of the file in a recording's directory. */
export const RECORDING_FILE = "recording.xvr";

/** The log is written at the latest when so much of it has come together, or so long after its first line. */
const LOG_BLOCK_CHARACTERS = 65_536;
const LOG_DELAY_MS = 500;
/** Bytes that may wait to be written before the run waits for the disk. */
const MAX_WAITING_BYTES = 64 * 2 ** 20;

/** What a checkpoint of the run holds. */
export interface TakenPoint {
  readonly epoch: number;
  readonly steps: number;
  readonly state: Uint8Array;
  /** Pages written since the checkpoint before. */
  readonly pages: readonly number[];
}

/** Where the config does not say how often. */
export const SNAPSHOT_EVERY_EPOCHS = 200;

export interface RecorderParts {
  readonly frames: FrameSharing;
  readonly shared: WebAssembly.Memory;
  /** Where the config names the directory. */
  readonly place: string;
  readonly warn: (message: string) => void;
}

/** A checkpoint that recovery may still go back behind. */
interface Revocable {
  readonly epoch: number;
  /** Undefined where no snapshot came of it. */
  readonly snapshot: { readonly pages: readonly number[]; readonly before: number } | undefined;
}

export class Recorder {
  readonly #writer: ContainerWriter;
  readonly #pages: PageWriter;
  readonly #parts: RecorderParts;
  readonly #snapshotEveryEpochs: number;
  /** Pages that may differ from the last snapshot. */
  readonly #changed = new Set<number>();
  #lastSnapshot = -1;
  /** Oldest first; those that are kept in memory at most. */
  readonly #checkpoints: Revocable[] = [];
  #lines = "";
  #timer: NodeJS.Timeout | undefined;
  /** Snapshots that are being stored. */
  #storing: Promise<void> = Promise.resolve();
  #storingBytes = 0;
  #epochs = 0;
  #snapshots = 0;

  private constructor(writer: ContainerWriter, snapshotEveryEpochs: number, parts: RecorderParts) {
    this.#snapshotEveryEpochs = snapshotEveryEpochs;
    this.#writer = writer;
    this.#pages = new PageWriter(writer);
    this.#parts = parts;
    writer.onFailure = (why) => {
      const place = `the recording ${writer.path} broke off by epoch ${this.#epochs}`;
      parts.warn(`${place}, the run goes on without it: ${why}`);
    };
  }

  /**
   * @throws XV_ERR_RECORDING_DIRECTORY
   */
  static async create(
    { path: directory, snapshotEveryEpochs }: RecordingConfig,
    parts: RecorderParts,
  ): Promise<Recorder> {
    try {
      await mkdir(directory, { recursive: true });
      const found = await readdir(directory);
      if (found.length > 0) throw new Error(`it holds ${found.length} files already`);
      const path = join(directory, RECORDING_FILE);
      const writer = await ContainerWriter.create(path, "recording");
      return new Recorder(writer, snapshotEveryEpochs, parts);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ExtravirtError(
        "XV_ERR_RECORDING_DIRECTORY",
        `The directory can't take a recording: ${reason}.`,
        {
          place: parts.place,
          value: directory,
          remedy: "Name a directory that does not exist yet, or is empty and can be written to.",
          cause,
        },
      );
    }
  }

  /** Why the recording ended before the run, for people. */
  get failure(): string | undefined {
    return this.#writer.failure;
  }

  get path(): string {
    return this.#writer.path;
  }

  /** Before anything runs: the machine and its memory at power-on. */
  async begin(manifest: Manifest, symbols: readonly GuestSymbol[]): Promise<void> {
    const { frames } = this.#parts;
    this.#writer.add("MANI", encodeManifest(manifest));
    if (symbols.length > 0) this.#writer.add("SYMB", encodeSymbols(symbols));
    const pages = await this.#pages.store(this.#copied(frames.touchedPages()));
    this.#writer.add("STAT", encodePoint({ epoch: -1, steps: 0, state: undefined, pages }));
    await this.#writer.written();
  }

  /** @param isVerified more than one replica claimed it */
  agreed(record: EpochRecord, ballot: Ballot, isVerified: boolean): void {
    this.#epochs += 1;
    if (this.failure !== undefined) return;
    this.#append(encodeEntry({ record, end: endOf(ballot, isVerified) }));
  }

  /** The replicas stand still, and the checkpoint has the contents of these pages. */
  checkpointTaken(point: TakenPoint): void {
    // Nobody would write the copies.
    if (this.failure !== undefined) return;
    for (const page of point.pages) this.#changed.add(page);
    const { epoch } = point;
    const every = this.#snapshotEveryEpochs;
    const isDue = every > 0 && epoch - this.#lastSnapshot >= every;
    const snapshot = isDue ? { pages: this.#store(point), before: this.#lastSnapshot } : undefined;
    if (isDue) this.#lastSnapshot = epoch;
    this.#checkpoints.push({ epoch, snapshot });
    // Behind the oldest generation nobody goes back.
    const tooMany = this.#checkpoints.length - this.#parts.frames.generationCount;
    if (tooMany > 0) this.#checkpoints.splice(0, tooMany);
  }

  /**
   * The newest checkpoint, which includes this epoch, was of no use and is gone. A snapshot that came of it may be wrong,
   * and replicas that start from the one before need not write what it listed: it is void, and its pages come again.
   */
  demoted(epoch: number): void {
    while ((this.#checkpoints.at(-1)?.epoch ?? -1) >= epoch) {
      const snapshot = this.#checkpoints.pop()?.snapshot;
      if (snapshot === undefined) continue;
      for (const page of snapshot.pages) this.#changed.add(page);
      this.#lastSnapshot = snapshot.before;
      this.#snapshots -= 1;
      // Behind the snapshot, which may still be on its way.
      this.#storing = this.#storing.then(() => this.#writer.addJson("VOID", { epoch }));
    }
  }

  /** Something to wait for before the run goes on, when the disk is too slow for it. */
  get backlog(): Promise<void> | undefined {
    if (this.#writer.queuedBytes + this.#storingBytes < MAX_WAITING_BYTES) return undefined;
    return this.#storing.then(() => this.#writer.written());
  }

  /**
   * Seals the recording.
   * @param ahead records that replicas ran beyond what was agreed on
   * @param finalState digest of what the live replicas ended in, ahead of that; undefined where they disagree, or the run
   * stopped because nothing was agreed on
   */
  async end(
    stop: RunStop,
    ahead: readonly EpochRecord[],
    finalState: string | undefined,
  ): Promise<void> {
    for (const record of ahead) {
      this.#append(encodeEntry({ record, end: undefined }));
    }
    this.#flush();
    await this.#storing;
    const epochs = this.#epochs;
    this.#writer.addJson("SEAL", { stop, epochs, snapshots: this.#snapshots, finalState });
    await this.close();
  }

  /** Leaves an unsealed recording when the run failed. Never rejects. */
  async close(): Promise<void> {
    this.#flush();
    await this.#storing;
    await this.#writer.close();
  }

  /** Makes a snapshot of what changed since the one before. @returns its pages */
  #store({ epoch, steps, state }: TakenPoint): readonly number[] {
    const changed = [...this.#changed].toSorted((a, b) => a - b);
    const copied = this.#copied(changed);
    this.#changed.clear();
    this.#snapshots += 1;
    const bytes = copied.pages.length * 4096;
    this.#storingBytes += bytes;
    this.#storing = this.#storing.then(async () => {
      const pages = await this.#pages.store(copied);
      this.#writer.add("STAT", encodePoint({ epoch, steps, state, pages }));
      this.#storingBytes -= bytes;
    });
    return changed;
  }

  #copied(pages: readonly number[]): ReturnType<typeof copyPages> {
    const { frames, shared } = this.#parts;
    return copyPages(pages, shared, (page) => frames.checkpointOffset(page));
  }

  #append(line: string): void {
    this.#lines += line;
    if (this.#lines.length >= LOG_BLOCK_CHARACTERS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), LOG_DELAY_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines !== "") this.#writer.add("EPOC", Buffer.from(this.#lines));
    this.#lines = "";
  }
}
