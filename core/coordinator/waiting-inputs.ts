// Inputs that wait to enter an epoch. All replicas are given the same, so nobody would notice that one changed: each has
// a second copy and the checksum that it had where it came from.
import type { Input } from "../api/epoch.ts";
import { checksumOf } from "../boundary/checksum.ts";
import type { Checked } from "../boundary/device-host.ts";
import type { IntegrityWatch } from "../integrity/integrity-watch.ts";

type Waiting = Input & Checked;

export class WaitingInputs {
  readonly #first: Waiting[] = [];
  readonly #second: Waiting[] = [];

  /** In order of arrival, where they stand. */
  get items(): readonly Waiting[] {
    return this.#first;
  }

  /** Their copies, where they stand. */
  get copies(): readonly Waiting[] {
    return this.#second;
  }

  add(channel: string, bytes: Uint8Array): void {
    const checksum = checksumOf(channel, bytes);
    this.#first.push({ channel, bytes: bytes.slice(), checksum });
    this.#second.push({ channel, bytes: bytes.slice(), checksum });
  }

  /** Puts right what changed. @throws IntegrityBreach when both copies of one are damaged */
  verify(watch: IntegrityWatch): void {
    for (const [index, copy] of this.#second.entries()) {
      const first = this.#first[index];
      if (first !== undefined && isIntact(first)) continue;
      const name = `input ${index} that waits for its epoch`;
      if (!isIntact(copy)) watch.broken(name, "both copies are damaged");
      this.#first[index] = { ...copy, bytes: copy.bytes.slice() };
      watch.repaired(name, "from its second copy");
    }
  }

  /** Empties it. */
  take(): Input[] {
    this.#second.length = 0;
    return this.#first.splice(0).map(({ channel, bytes }) => ({ channel, bytes }));
  }
}

const isIntact = ({ channel, bytes, checksum }: Waiting): boolean =>
  checksumOf(channel, bytes) === checksum;
