// The log: inputs per epoch since the oldest checkpoint kept, and what was agreed on at the end of each.
import { createHash } from "node:crypto";
import type { Ballot, EpochRecord } from "../api/epoch.ts";

/** What was agreed on at the end of an epoch. */
export interface Agreed {
  /** `digestBallot`, with registers where it is verified. */
  readonly digest: string;
  readonly isVerified: boolean;
}

export class EpochLog {
  #records: EpochRecord[] = [];
  readonly #agreed = new Map<number, Agreed>();

  /** All of it, where it stands. */
  get state(): {
    readonly records: readonly EpochRecord[];
    readonly agreed: ReadonlyMap<number, Agreed>;
  } {
    return { records: this.#records, agreed: this.#agreed };
  }

  /** Records since the oldest checkpoint kept, oldest first. */
  get records(): readonly EpochRecord[] {
    return this.#records;
  }

  /** Records after this epoch, oldest first. */
  after(epoch: number): readonly EpochRecord[] {
    // HOT: called for every epoch; without checkpoints the log has all epochs of the run.
    const last = this.#records.at(-1)?.epoch ?? epoch;
    return this.#records.slice(Math.max(0, this.#records.length - (last - epoch)));
  }

  append(record: EpochRecord): void {
    this.#records.push(record);
  }

  /** @param isVerified more than one replica claimed it: its registers are known to be right as well */
  agree(ballot: Ballot, isVerified: boolean): void {
    this.#agreed.set(ballot.epoch, { digest: digestBallot(ballot, isVerified), isVerified });
  }

  isAgreed(epoch: number): boolean {
    return this.#agreed.has(epoch);
  }

  /**
   * True when an epoch was agreed on with other content than this ballot's. What a single machine claimed of its
   * registers binds nobody: only what left, and what later inputs were frozen after, cannot be undone.
   */
  contradicts(ballot: Ballot): boolean {
    const agreed = this.#agreed.get(ballot.epoch);
    return agreed !== undefined && agreed.digest !== digestBallot(ballot, agreed.isVerified);
  }

  /** What was agreed on after this epoch. */
  agreedAfter(epoch: number): readonly (Agreed & { readonly epoch: number })[] {
    return Array.from(this.#agreed, ([of, agreed]) => ({ epoch: of, ...agreed })).filter(
      (entry) => entry.epoch > epoch,
    );
  }

  /** The oldest checkpoint kept stands after this epoch: older records are not needed any more. */
  trim(epoch: number): void {
    this.#records = this.#records.filter((record) => record.epoch > epoch);
    for (const known of this.#agreed.keys()) if (known <= epoch) this.#agreed.delete(known);
  }
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
