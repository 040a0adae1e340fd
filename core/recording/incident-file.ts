// An incident, opened and verified.
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { EpochRecord } from "../api/epoch.ts";
import { ContainerReader } from "./container-reader.ts";
import { decodeEntries } from "./epoch-entries.ts";
import { decodeContent, type IncidentContent, type IncidentOutcome } from "./incident-content.ts";
import type { Manifest } from "./manifest.ts";
import { PageReader } from "./page-store.ts";
import { incomplete, readManifest, readPoints, readSymbols } from "./recorded-machine.ts";
import type { SavedPoint } from "./saved-point.ts";

export class IncidentFile {
  readonly path: string;
  readonly manifest: Manifest;
  readonly symbols: readonly GuestSymbol[];
  readonly content: IncidentContent;
  /** The known-good checkpoint. */
  readonly point: SavedPoint;
  /** The log since the checkpoint. */
  readonly records: readonly EpochRecord[];
  readonly pages: PageReader;
  /** Undefined where the run ended before it was known. */
  readonly outcome: IncidentOutcome | undefined;
  readonly isSealed: boolean;
  readonly #reader: ContainerReader;

  /**
   * @throws XV_ERR_RECORDING_UNREADABLE, XV_ERR_RECORDING_FOREIGN, XV_ERR_RECORDING_VERSION, XV_ERR_RECORDING_ALTERED,
   * XV_ERR_RECORDING_INCOMPLETE
   */
  constructor(path: string) {
    this.path = path;
    const reader = new ContainerReader(path, "incident");
    this.#reader = reader;
    try {
      this.manifest = readManifest(reader);
      this.symbols = readSymbols(reader);
      const content = reader.first("INCI");
      if (content === undefined) throw incomplete(path, "what happened");
      this.content = reader.decode(content, decodeContent);
      [this.point] = readPoints(reader) as [SavedPoint];
      this.records = reader.blocks
        .filter(({ type }) => type === "EPOC")
        .flatMap((block) => reader.decode(block, decodeEntries))
        .map(({ record }) => record);
      this.pages = new PageReader(reader);
      const outcome = reader.first("OUTC");
      if (outcome !== undefined) {
        this.outcome = reader.decode(
          outcome,
          (contents) => JSON.parse(Buffer.from(contents).toString()) as IncidentOutcome,
        );
      }
      this.isSealed = reader.isSealed;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  close(): void {
    this.#reader.close();
  }
}
