// What the run without faults released, channel by channel, and where another run's outputs differ from it. How a
// channel's bytes were cut into outputs makes no difference, nor does the order of outputs on different channels: as in
// the digest of a run's outputs.
import type { Output } from "../api/epoch.ts";

export class GoldenOutputs {
  readonly #chunks = new Map<string, Uint8Array[]>();
  #whole: ReadonlyMap<string, Uint8Array> | undefined;

  add(outputs: readonly Output[]): void {
    this.#whole = undefined;
    for (const { channel, bytes } of outputs) {
      const known = this.#chunks.get(channel);
      const copy = Uint8Array.from(bytes);
      if (known === undefined) this.#chunks.set(channel, [copy]);
      else known.push(copy);
    }
  }

  get channels(): ReadonlyMap<string, Uint8Array> {
    this.#whole ??= new Map(
      [...this.#chunks].map(([channel, chunks]) => [channel, Buffer.concat(chunks)]),
    );
    return this.#whole;
  }

  write(): string {
    const entries = [...this.channels].map(([channel, bytes]) => [
      channel,
      Buffer.from(bytes).toString("base64"),
    ]);
    return JSON.stringify(Object.fromEntries(entries));
  }

  static read(text: string): GoldenOutputs {
    const outputs = new GoldenOutputs();
    for (const [channel, encoded] of Object.entries(JSON.parse(text) as Record<string, string>)) {
      outputs.add([{ channel, bytes: Buffer.from(encoded, "base64") }]);
    }
    return outputs;
  }
}

/** A place in the outputs of a run. */
export interface OutputPlace {
  readonly channel: string;
  /** Counted from 0 on its channel. */
  readonly byte: number;
}

export const outputPlaceText = ({ channel, byte }: OutputPlace): string =>
  `${channel}, byte ${byte}`;

/** Follows the outputs of one run beside those of the run without faults. */
export class OutputComparison {
  readonly #golden: ReadonlyMap<string, Uint8Array>;
  readonly #released: Map<string, number>;
  readonly #answered: ReadonlySet<string>;
  #wrong: OutputPlace | undefined;
  #isWrongWhereAnswered = false;

  /**
   * @param answered channels that inputs came from
   * @param released bytes by channel that are known to be right
   */
  constructor(
    { channels }: Pick<GoldenOutputs, "channels">,
    answered: readonly string[],
    released: Readonly<Record<string, number>> = {},
  ) {
    this.#golden = channels;
    this.#answered = new Set(answered);
    this.#released = new Map(Object.entries(released));
  }

  /** Whether so many bytes were released, on each channel. */
  isAt(released: Readonly<Record<string, number>>): boolean {
    return [...this.#golden.keys()].every(
      (channel) => this.released(channel) === (released[channel] ?? 0),
    );
  }

  /** Bytes of a channel so far. */
  released(channel: string): number {
    return this.#released.get(channel) ?? 0;
  }

  /** The first wrong byte so far; undefined where all are right. */
  get wrong(): OutputPlace | undefined {
    return this.#wrong;
  }

  /** A byte is wrong on a channel that inputs come from: nobody recorded what the answer to that is. */
  get isWrongWhereAnswered(): boolean {
    return this.#isWrongWhereAnswered;
  }

  /** After the first wrong byte they are counted only, but for those that are answered. */
  add(outputs: readonly Output[]): void {
    for (const { channel, bytes } of outputs) {
      const start = this.released(channel);
      this.#released.set(channel, start + bytes.length);
      const isAnswered = this.#answered.has(channel);
      if (this.#wrong !== undefined && !isAnswered) continue;
      const golden = this.#golden.get(channel) ?? new Uint8Array();
      const wrong = firstDifference(bytes, golden.subarray(start, start + bytes.length));
      if (wrong === undefined) continue;
      this.#wrong ??= { channel, byte: start + wrong };
      this.#isWrongWhereAnswered ||= isAnswered;
    }
  }

  /** @returns the first byte that is wrong, or that never came, of a run that has ended */
  wrongAtEnd(): OutputPlace | undefined {
    if (this.#wrong !== undefined) return this.#wrong;
    for (const [channel, { length }] of this.#golden) {
      const byte = this.released(channel);
      if (byte < length) return { channel, byte };
    }
    return undefined;
  }
}

function firstDifference(bytes: Uint8Array, golden: Uint8Array): number | undefined {
  if (Buffer.compare(bytes, golden) === 0) return undefined;
  const found = bytes.findIndex((byte, index) => byte !== golden[index]);
  return found < 0 ? undefined : found;
}
