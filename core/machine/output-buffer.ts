// Collects the outputs of an epoch in guest order. Neighbouring outputs of a byte stream (a console) become one;
// those of request channels (a disk) keep their borders.
import type { Output } from "../api/epoch.ts";

interface Growing {
  readonly channel: string;
  readonly chunks: Uint8Array[];
}

export class OutputBuffer {
  #outputs: Growing[] = [];

  /** Appends a copy of the bytes. */
  append(channel: string, bytes: Uint8Array, isStream: boolean): void {
    const last = this.#outputs.at(-1);
    if (isStream && last?.channel === channel) last.chunks.push(bytes.slice());
    else this.#outputs.push({ channel, chunks: [bytes.slice()] });
  }

  /** Everything since the last call. */
  take(): Output[] {
    const outputs = this.#outputs.map(({ channel, chunks }) => ({ channel, bytes: join(chunks) }));
    this.#outputs = [];
    return outputs;
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
