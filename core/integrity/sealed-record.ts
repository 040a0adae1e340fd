// A record of the log, kept as two copies and two seals: one of its inputs, which may be long, and one of all else with
// it. What is looked at in every epoch is verified without reading the inputs again.
import type { EpochRecord } from "../api/epoch.ts";
import type { IntegrityWatch } from "./integrity-watch.ts";
import { sealOfInputs, sealOfRecord } from "./seal.ts";

const NUMBERS = 3;
const SEALS_BYTES = 8;

export class SealedRecord {
  readonly #epoch: number;
  /** What may be damaged, where it stands: copies, and seals of the inputs and of all. */
  readonly parts: { first: EpochRecord; second: EpochRecord; inputs: number; seal: number };

  constructor(record: EpochRecord) {
    this.#epoch = record.epoch;
    const inputs = sealOfInputs(record.inputs);
    const seal = sealOfRecord(record, record.epoch, inputs);
    this.parts = { first: record, second: copyOf(record), inputs, seal };
  }

  /** Kept beside the copies: whatever they say, this is the record's place. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Of both copies and the seals. */
  get bytes(): number {
    const inputs = this.parts.first.inputs.reduce(
      (sum, { channel, bytes }) => sum + channel.length + bytes.length,
      0,
    );
    return 2 * (NUMBERS * Float64Array.BYTES_PER_ELEMENT + inputs) + SEALS_BYTES;
  }

  get unverified(): EpochRecord {
    return this.parts.first;
  }

  /** Stands for the whole record, in a chain of them. */
  get seal(): number {
    return this.parts.seal;
  }

  /** The record, verified but for the bytes of its inputs. */
  glance(watch: IntegrityWatch): EpochRecord {
    if (sealOfRecord(this.parts.first, this.#epoch, this.parts.inputs) === this.parts.seal)
      return this.parts.first;
    return this.read(watch);
  }

  /** The record, verified. @throws IntegrityBreach when no copy is intact */
  read(watch: IntegrityWatch): EpochRecord {
    const [first, second] = [this.parts.first, this.parts.second];
    if (this.#isIntact(first)) return first;
    const name = `log record of epoch ${this.#epoch}`;
    if (this.#isIntact(second)) {
      this.parts.first = copyOf(second);
      watch.repaired(name, "from its second copy");
      return this.parts.first;
    }
    // Two copies that are equal, of the epoch that belongs here: the seals are what was damaged.
    const seal = sealOfRecord(first, this.#epoch);
    if (first.epoch !== this.#epoch || seal !== sealOfRecord(second, this.#epoch)) {
      watch.broken(name, "both copies are damaged");
    }
    this.parts.inputs = sealOfInputs(first.inputs);
    this.parts.seal = seal;
    watch.repaired(name, "its seal alone was damaged");
    return first;
  }

  /** As `read`, and verifies the second copy as well. */
  scrub(watch: IntegrityWatch): void {
    this.read(watch);
    if (this.#isIntact(this.parts.second)) return;
    this.parts.second = copyOf(this.parts.first);
    watch.repaired(`log record of epoch ${this.#epoch}`, "its second copy from the first");
  }

  #isIntact(record: EpochRecord): boolean {
    const inputs = sealOfInputs(record.inputs);
    return (
      inputs === this.parts.inputs && sealOfRecord(record, this.#epoch, inputs) === this.parts.seal
    );
  }
}

function copyOf(record: EpochRecord): EpochRecord {
  const inputs = record.inputs.map(({ channel, bytes }) => ({ channel, bytes: bytes.slice() }));
  return { ...record, inputs };
}
