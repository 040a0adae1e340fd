// What the coordinator does for its own state after each epoch, while replicas run: bounded work, whatever there is.
import type { ManagerProtection } from "../api/manager-protection.ts";
import { CheckpointScrubber, type ScrubbedFrames } from "./checkpoint-scrubber.ts";
import { FrameAudit } from "./frame-audit.ts";
import type { IntegrityWatch } from "./integrity-watch.ts";

/** Records of the log that are verified after each epoch. */
const LOG_RECORDS = 2;
/** Epochs from one look at the machine states of checkpoints to the next. */
const STATE_EPOCHS = 64;

export interface UpkeepParts {
  readonly protection: ManagerProtection;
  readonly watch: IntegrityWatch;
  readonly frames: ScrubbedFrames;
  readonly log: { scrub(records: number): unknown };
  readonly checkpoints: { scrub(): void };
  /** A replica's tables are damaged: it counts as dead. */
  readonly giveUp: (replica: number, why: string) => void;
}

export class Upkeep {
  readonly #parts: UpkeepParts;
  readonly #scrubber: CheckpointScrubber | undefined;
  readonly #audit: FrameAudit | undefined;
  #epochs = 0;
  #isAuditDue = false;

  constructor(parts: UpkeepParts) {
    const { protection, watch, frames } = parts;
    this.#parts = parts;
    if (protection.checkpointScrub) this.#scrubber = new CheckpointScrubber(frames, watch);
    if (!protection.frameAudit) return;
    this.#audit = new FrameAudit({
      watch,
      tables: () => frames.tables,
      fits: (page, frame) => this.#scrubber?.fits(page, frame),
      giveUp: (replica, why) => {
        watch.repaired(`memory tables of replica ${replica}`, `it is replaced: ${why}`);
        parts.giveUp(replica, why);
      },
    });
  }

  /** False: a new checkpoint should be taken, since the newest one lost a page. */
  get isSound(): boolean {
    return this.#scrubber?.isSound ?? true;
  }

  /** Bytes of digests. */
  get bytes(): number {
    return this.#scrubber?.bytes ?? 0;
  }

  /** @throws IntegrityBreach */
  epochAgreed(): void {
    const { protection, log, checkpoints } = this.#parts;
    const { digestPages, scrubPages, auditEntries } = protection;
    log.scrub(LOG_RECORDS);
    if (this.#epochs++ % STATE_EPOCHS === 0) checkpoints.scrub();
    if (this.#isAuditDue) this.#audit?.auditCheckpoint();
    this.#isAuditDue = false;
    this.#audit?.step(auditEntries);
    this.#scrubber?.step(digestPages, scrubPages);
  }

  /** These pages were compared and are the checkpoint's from here on. @throws IntegrityBreach */
  checkpointTaken(pages: readonly number[]): void {
    this.#isAuditDue = true;
    this.#scrubber?.verified(pages);
  }

  /** The checkpoint before the newest one takes its place. */
  checkpointDemoted(): void {
    this.#scrubber?.reset();
  }

  /** Before a replay starts from the newest checkpoint: all of it is verified. @throws IntegrityBreach */
  beforeRecovery(): void {
    this.#audit?.auditCheckpoint();
    this.#scrubber?.verifyAll();
  }
}
