// The log: inputs per epoch since the oldest checkpoint kept, and what was agreed on at the end of each. Sealed, kept
// twice, and chained: see core/integrity.
import { createHash } from "node:crypto";
import type { Ballot, EpochRecord } from "../api/epoch.ts";
import type { ManagerProtection } from "../api/manager-protection.ts";
import { HashChain } from "../integrity/hash-chain.ts";
import { IntegrityWatch } from "../integrity/integrity-watch.ts";
import { sealOf } from "../integrity/seal.ts";
import { SealedRecord } from "../integrity/sealed-record.ts";
import { SealedTwin, type TwinKind } from "../integrity/sealed-twin.ts";

/** What was agreed on at the end of an epoch. */
export interface Agreed {
  /** `digestBallot`, with registers where it is verified. */
  readonly digest: string;
  readonly isVerified: boolean;
}

const AGREED: TwinKind<Agreed> = {
  seal: ({ digest, isVerified }, epoch) => sealOf(Buffer.from(`${isVerified} ${digest}`), epoch),
  copy: (agreed) => ({ ...agreed }),
};

/**
 * Memory of a copy of all inputs from which on a checkpoint is taken whatever the policy says, so that a guest that reads much can't make
 * the log fill the host's memory. Where checkpoints take `cleanSteps` to be trusted, it reaches back to one that is.
 */
export const LOG_INPUT_BYTES = 268_435_456;
/** What a copy of an input takes in memory beside its bytes, measured: many short ones are as large as few long ones. */
export const INPUT_OVERHEAD_BYTES = 400;

export class EpochLog {
  readonly #protection: Pick<ManagerProtection, "recordSeals" | "logChain">;
  readonly #watch: IntegrityWatch;
  #records: SealedRecord[] = [];
  readonly #chain = new HashChain();
  readonly #agreed = new Map<number, SealedTwin<Agreed>>();
  /** Memory of one copy of all inputs. */
  #inputBytes = 0;
  /** Place of the record that is scrubbed next. */
  #nextScrubbed = 0;

  constructor(
    protection: Pick<ManagerProtection, "recordSeals" | "logChain"> = {
      recordSeals: true,
      logChain: true,
    },
    watch: IntegrityWatch = new IntegrityWatch(),
  ) {
    this.#protection = protection;
    this.#watch = watch;
  }

  /** All of it, where it stands. */
  get state(): {
    readonly records: readonly SealedRecord[];
    readonly agreed: ReadonlyMap<number, SealedTwin<Agreed>>;
    readonly chain: readonly Buffer[];
  } {
    return { records: this.#records, agreed: this.#agreed, chain: this.#chain.digests };
  }

  /** It has grown so much that a checkpoint has to make it shorter. */
  get isLong(): boolean {
    return this.#inputBytes >= LOG_INPUT_BYTES;
  }

  /** Records since the oldest checkpoint kept, oldest first, as they are in memory: nothing is verified. */
  get records(): readonly EpochRecord[] {
    return this.#records.map((record) => record.unverified);
  }

  /** Records after this epoch, oldest first, verified but for the bytes of their inputs. */
  after(epoch: number): readonly EpochRecord[] {
    const { recordSeals } = this.#protection;
    // HOT: called for every epoch.
    return this.#from(epoch).map((record) =>
      recordSeals ? record.glance(this.#watch) : record.unverified,
    );
  }

  /**
   * As `after`, for use: verified in full.
   * @throws IntegrityBreach when a record is damaged in both copies
   */
  toUse(epoch: number): readonly EpochRecord[] {
    const { recordSeals } = this.#protection;
    return this.#from(epoch).map((record) =>
      recordSeals ? record.read(this.#watch) : record.unverified,
    );
  }

  /** As `toUse`, and that these are all records, in order: for replays. */
  toReplay(epoch: number): readonly EpochRecord[] {
    const records = this.toUse(epoch);
    if (this.#protection.logChain) this.#verifyChain(0, this.#records.length);
    return records;
  }

  /** Verifies some more records, round and round. @returns records that were verified */
  scrub(count: number): number {
    const { recordSeals, logChain } = this.#protection;
    const all = this.#records.length;
    if (this.#nextScrubbed >= all) this.#nextScrubbed = 0;
    const from = this.#nextScrubbed;
    const to = Math.min(all, from + count);
    if (recordSeals) for (const record of this.#records.slice(from, to)) record.scrub(this.#watch);
    if (logChain) this.#verifyChain(from, to);
    this.#nextScrubbed = to;
    return to - from;
  }

  append(record: EpochRecord): void {
    const sealed = new SealedRecord(record);
    this.#records.push(sealed);
    this.#inputBytes += inputBytesOf(record);
    this.#chain.append(sealed.seal);
  }

  /**
   * @param isVerified more than one replica claimed it: its registers are known to be right as well
   * @param copy the same ballot as another replica left it
   * @throws IntegrityBreach when the two, which were found equal, are not
   */
  agree(ballot: Ballot, isVerified: boolean, copy?: Ballot): void {
    const agreedOf = (of: Ballot): Agreed => ({ digest: digestBallot(of, isVerified), isVerified });
    const { epoch } = ballot;
    const second = copy === undefined ? undefined : agreedOf(copy);
    const twin = new SealedTwin(AGREED, epoch, agreedOf(ballot), second);
    if (this.#protection.recordSeals && !twin.isWhole) {
      this.#watch.broken(`what was agreed on in epoch ${epoch}`, "two ballots of it differ");
    }
    this.#agreed.set(epoch, twin);
  }

  isAgreed(epoch: number): boolean {
    return this.#agreed.has(epoch);
  }

  /**
   * True when an epoch was agreed on with other content than this ballot's. What a single machine claimed of its
   * registers binds nobody: only what left, and what later inputs were frozen after, cannot be undone.
   */
  contradicts(ballot: Ballot): boolean {
    const twin = this.#agreed.get(ballot.epoch);
    if (twin === undefined) return false;
    const agreed = this.#read(ballot.epoch, twin);
    return agreed.digest !== digestBallot(ballot, agreed.isVerified);
  }

  /** What was agreed on after this epoch. */
  agreedAfter(epoch: number): readonly (Agreed & { readonly epoch: number })[] {
    return [...this.#agreed]
      .filter(([of]) => of > epoch)
      .map(([of, twin]) => ({ epoch: of, ...this.#read(of, twin) }));
  }

  /** The oldest checkpoint kept stands after this epoch: older records are not needed any more. */
  trim(epoch: number): void {
    const kept = this.#records.findIndex((record) => record.epoch > epoch);
    const gone = kept < 0 ? this.#records.length : kept;
    for (const record of this.#records.slice(0, gone)) {
      this.#inputBytes -= inputBytesOf(record.unverified);
    }
    this.#records = this.#records.slice(gone);
    this.#chain.dropOldest(gone);
    this.#nextScrubbed = 0;
    for (const known of this.#agreed.keys()) if (known <= epoch) this.#agreed.delete(known);
  }

  /** Bytes of records, seals, digests and second copies, and of what was agreed on: for the ledger. */
  get bytes(): { readonly records: number; readonly agreed: number } {
    const records = this.#records.reduce((sum, record) => sum + record.bytes, 0);
    const digests = this.#chain.digests.reduce((sum, digest) => sum + digest.length, 0);
    return { records: records + digests, agreed: this.#agreed.size * AGREED_BYTES };
  }

  #from(epoch: number): readonly SealedRecord[] {
    const first = this.#firstEpoch;
    return first === undefined ? [] : this.#records.slice(Math.max(0, epoch + 1 - first));
  }

  get #firstEpoch(): number | undefined {
    return this.#records[0]?.epoch;
  }

  #read(epoch: number, twin: SealedTwin<Agreed>): Agreed {
    const { recordSeals } = this.#protection;
    return recordSeals
      ? twin.read(this.#watch, `what was agreed on in epoch ${epoch}`)
      : twin.unverified;
  }

  #verifyChain(from: number, to: number): void {
    const { length } = this.#records;
    const sealAt = (place: number): number => this.#records[place]?.seal ?? 0;
    const repaired = this.#chain.verify({ length, sealAt }, from, to);
    const name = "hash chain of the log";
    if (repaired === undefined)
      this.#watch.broken(name, "its records are not those that were kept");
    else if (repaired > 0) this.#watch.repaired(name, "from the digests beside it");
  }
}

/** A digest of 44 characters and a flag, twice, and a seal. */
const AGREED_BYTES = 2 * 45 + 4;

function inputBytesOf({ inputs }: EpochRecord): number {
  return inputs.reduce((sum, { bytes }) => sum + bytes.length + INPUT_OVERHEAD_BYTES, 0);
}

/** SHA-256 over everything a ballot claims, or over everything but registers. */
export function digestBallot(ballot: Ballot, areRegistersIncluded = true): string {
  const hash = createHash("sha256");
  const { epoch, steps, isIdle, tick, stop } = ballot;
  // Infinity has no JSON form; no alarm tick is negative.
  const nextAlarmTick = ballot.nextAlarmTick === Infinity ? -1 : ballot.nextAlarmTick;
  const lengths = ballot.outputs.map(({ channel, bytes }) => [channel, bytes.length]);
  hash.update(JSON.stringify({ epoch, steps, isIdle, tick, nextAlarmTick, stop, lengths }));
  for (const { bytes } of ballot.outputs) hash.update(bytes);
  if (areRegistersIncluded) hash.update(ballot.registers);
  return hash.digest("base64");
}
