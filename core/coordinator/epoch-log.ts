// The log: inputs per epoch since the oldest checkpoint kept, and what was agreed on at the end of each.
import { createHash } from "node:crypto";
import type { Ballot, EpochRecord } from "../api/epoch.ts";

export class EpochLog {
  #records: EpochRecord[] = [];
  readonly #agreed = new Map<number, string>();

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

  agree(ballot: Ballot): void {
    this.#agreed.set(ballot.epoch, digestBallot(ballot));
  }

  /** True when an epoch was agreed on with other content than this ballot's. */
  contradicts(ballot: Ballot): boolean {
    const agreed = this.#agreed.get(ballot.epoch);
    return agreed !== undefined && agreed !== digestBallot(ballot);
  }

  /** The oldest checkpoint kept stands after this epoch: older records are not needed any more. */
  trim(epoch: number): void {
    this.#records = this.#records.filter((record) => record.epoch > epoch);
    for (const known of this.#agreed.keys()) if (known <= epoch) this.#agreed.delete(known);
  }
}

/** SHA-256 over everything a ballot claims. */
export function digestBallot(ballot: Ballot): string {
  const hash = createHash("sha256");
  const { epoch, steps, isIdle, tick, stop } = ballot;
  // Infinity has no JSON form; no alarm tick is negative.
  const nextAlarmTick = ballot.nextAlarmTick === Infinity ? -1 : ballot.nextAlarmTick;
  const lengths = ballot.outputs.map(({ channel, bytes }) => [channel, bytes.length]);
  hash.update(JSON.stringify({ epoch, steps, isIdle, tick, nextAlarmTick, stop, lengths }));
  for (const { bytes } of ballot.outputs) hash.update(bytes);
  hash.update(ballot.registers);
  return hash.digest("base64");
}
