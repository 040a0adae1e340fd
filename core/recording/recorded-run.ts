// A recording, opened and verified.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { RunStop } from "../coordinator/run-report.ts";
import { ContainerReader } from "./container-reader.ts";
import { decodeEntries, type EpochEntry } from "./epoch-entries.ts";
import type { Manifest } from "./manifest.ts";
import { PageReader } from "./page-store.ts";
import { readManifest, readPoints, readSymbols } from "./recorded-machine.ts";
import { RECORDING_FILE } from "./recorder.ts";
import type { SavedPoint } from "./saved-point.ts";

export interface Seal {
  readonly stop: RunStop;
  readonly epochs: number;
  readonly snapshots: number;
  readonly finalState?: string;
}

export class RecordedRun {
  readonly path: string;
  readonly manifest: Manifest;
  readonly symbols: readonly GuestSymbol[];
  readonly points: readonly SavedPoint[];
  /** Undefined where the run was cut off. */
  readonly seal: Seal | undefined;
  readonly pages: PageReader;
  readonly #reader: ContainerReader;

  /**
   * @param path of the directory of a recording, or of its file
   * @throws XV_ERR_RECORDING_UNREADABLE, XV_ERR_RECORDING_FOREIGN, XV_ERR_RECORDING_VERSION, XV_ERR_RECORDING_ALTERED,
   * XV_ERR_RECORDING_INCOMPLETE
   */
  constructor(path: string) {
    this.path = isDirectory(path) ? join(path, RECORDING_FILE) : path;
    this.#reader = new ContainerReader(this.path, "recording");
    try {
      this.manifest = readManifest(this.#reader);
      this.symbols = readSymbols(this.#reader);
      this.points = readPoints(this.#reader);
      this.pages = new PageReader(this.#reader);
      const last = this.#reader.blocks.at(-1);
      if (last !== undefined && this.#reader.isSealed) {
        this.seal = this.#reader.decode(
          last,
          (contents) => JSON.parse(Buffer.from(contents).toString()) as Seal,
        );
      }
    } catch (error) {
      this.#reader.close();
      throw error;
    }
  }

  /** The log after this epoch, in order. */
  *entriesAfter(epoch: number): Generator<EpochEntry> {
    for (const block of this.#reader.blocks) {
      if (block.type !== "EPOC") continue;
      for (const entry of this.#reader.decode(block, decodeEntries)) {
        if (entry.record.epoch > epoch) yield entry;
      }
    }
  }

  close(): void {
    this.#reader.close();
  }
}

/** False for what can't be looked at, too: the error comes when it is opened. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
