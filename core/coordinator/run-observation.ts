// The coordinator's part in watching a run: what replicas are told about who watches, where notes go, and what is
// collected in the end.
import type { GuestSymbol } from "../api/boot-loader.ts";
import type { Config } from "../api/config.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { Registry } from "../api/plugin.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { cellsOf } from "../replica/replica-instruments.ts";
import type { ReplicaObservation, ReplicaReport } from "../replica/replica-setup.ts";
import { NoteFiles } from "./note-files.ts";
import type { OutputDelay } from "./output-delay.ts";
import type { ReplicaSet } from "./replica-set.ts";
import type { InstrumentReport, ProfileReport } from "./run-report.ts";

const CELL_BYTES = 8;

/** A text that an instrument handed out while the guest ran. */
export interface Note {
  readonly use: string;
  readonly replica: number;
  /** Replicas that the run started with. */
  readonly replicas: number;
  readonly text: string;
}

export interface Observed {
  readonly instrumentation?: readonly InstrumentReport[];
  readonly profile?: readonly ProfileReport[];
  readonly outputDelaysMs?: readonly number[];
}

export class RunObservation {
  /** Bytes of a replica's processor area, cells included. */
  readonly areaBytes: number;
  /** For replicas; undefined where nobody watches. */
  readonly observation: ReplicaObservation | undefined;
  /** By instrument; undefined for those whose notes are printed. */
  readonly #files: readonly (NoteFiles | undefined)[];
  readonly #print: (note: Note) => void;
  readonly #uses: readonly string[];
  readonly #replicas: number;
  readonly #delay: OutputDelay | undefined;

  /** @param processorBytes what the platform wants; cells follow */
  constructor(
    config: Config,
    registry: Registry,
    parts: {
      readonly processorBytes: number;
      /** Instruments of the config and of the replication's plan. */
      readonly slots: readonly SlotConfig[];
      readonly replicas: number;
      readonly symbols: readonly GuestSymbol[];
      readonly print: (note: Note) => void;
      /** Present where it is told how long outputs were held back. */
      readonly delay?: OutputDelay | undefined;
    },
  ) {
    const { profile: isProfiled = false } = config;
    const { slots } = parts;
    const cells = Math.ceil(parts.processorBytes / CELL_BYTES) * CELL_BYTES;
    const count = cellsOf(slots, registry).reduce((sum, some) => sum + some, 0);
    this.areaBytes = count === 0 ? parts.processorBytes : cells + count * CELL_BYTES;
    this.#delay = parts.delay;
    if (slots.length > 0 || isProfiled || parts.delay !== undefined) {
      const timed = parts.delay !== undefined && { areOutputsTimed: true as const };
      this.observation = { slots, cells, isProfiled, symbols: parts.symbols, ...timed };
    }
    this.#print = parts.print;
    this.#replicas = parts.replicas;
    this.#uses = slots.map(({ use }) => use);
    const files: (NoteFiles | undefined)[] = [];
    this.#files = files;
    try {
      for (const slot of slots) {
        const file = registry.get("instrumentation", slot.use).noteFile?.(optionsOf(slot));
        files.push(file === undefined ? undefined : new NoteFiles(file, parts.replicas));
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  note(replica: number, { index, text }: ReplicaReport & { kind: "note" }): void {
    const files = this.#files[index];
    if (files !== undefined) files.write(replica, text);
    else {
      const use = this.#uses[index] ?? "";
      this.#print({ use, replica, replicas: this.#replicas, text });
    }
  }

  /** Asks the replicas, which have run to their end. */
  async collect(replicas: ReplicaSet): Promise<Observed> {
    if (this.observation === undefined) return {};
    const all = await replicas.observe();
    const emitted = all.map(({ observed: { outputs = [] } }) => outputs);
    const profiles = all.flatMap(({ replica, observed: { profile } }) =>
      profile === undefined ? [] : [{ replica, ...profile }],
    );
    return {
      instrumentation: all.flatMap(({ replica, observed: { fromStep, toStep, findings } }) =>
        findings.map((finding) => ({ replica, fromStep, toStep, ...finding })),
      ),
      ...(profiles.length > 0 && { profile: profiles }),
      ...(this.#delay !== undefined && { outputDelaysMs: this.#delay.delays(emitted) }),
    };
  }

  close(): void {
    for (const files of this.#files) files?.close();
  }
}
