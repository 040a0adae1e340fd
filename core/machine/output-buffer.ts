// Collects the outputs of an epoch in guest order. Neighbouring outputs of a byte stream (a console) become one;
// those of request channels (a disk) keep their borders.
import type { Output } from "../api/epoch.ts";

interface Growing {
  readonly channel: string;
  /** May be longer than what is used of it: a console sends byte by byte. */
  bytes: Uint8Array;
  used: number;
}

export class OutputBuffer {
  #outputs: Growing[] = [];

  /** Appends a copy of the bytes. */
  append(channel: string, bytes: Uint8Array, isStream: boolean): void {
    const last = this.#outputs.at(-1);
    if (isStream && last?.channel === channel) extend(last, bytes);
    else this.#outputs.push({ channel, bytes: bytes.slice(), used: bytes.length });
  }

  /** Everything since the last call of `take`. Copies. */
  peek(): Output[] {
    return this.#outputs.map(({ channel, bytes, used }) => ({
      channel,
      bytes: bytes.slice(0, used),
    }));
  }

  /** Everything since the last call. */
  take(): Output[] {
    const outputs = this.#outputs.map(({ channel, bytes, used }) => ({
      channel,
      bytes: used === bytes.length ? bytes : bytes.slice(0, used),
    }));
    this.#outputs = [];
    return outputs;
  }

  /** These were there before; whatever else was is gone. */
  putBack(outputs: readonly Output[]): void {
    this.#outputs = outputs.map(({ channel, bytes }) => ({
      channel,
      bytes: bytes.slice(),
      used: bytes.length,
    }));
  }
}

function extend(output: Growing, bytes: Uint8Array): void {
  const end = output.used + bytes.length;
  if (end > output.bytes.length) {
    const larger = new Uint8Array(Math.max(end, 2 * output.bytes.length));
    larger.set(output.bytes.subarray(0, output.used));
    output.bytes = larger;
  }
  output.bytes.set(bytes, output.used);
  output.used = end;
}
