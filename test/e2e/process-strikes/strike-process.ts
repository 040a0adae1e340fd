// What can happen to a process from outside: it is killed, stopped, or its memory changes under it. Linux only.
import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import type { SeededRandom } from "../single-fault/seeded-random.ts";

const PAGE = 4096;
/** Bit 63 of an entry of /proc/PID/pagemap: the page is in memory. */
const PRESENT = 0x80;

interface Mapping {
  readonly start: number;
  readonly bytes: number;
}

/** Changes some bytes of a process's memory, where it has touched any. @returns where, for people */
export function corruptMemory(pid: number, random: SeededRandom, bytes: number): string {
  const mappings = writableMappings(pid);
  const largest = mappings.reduce((most, one) => (one.bytes > most.bytes ? one : most));
  const memory = openSync(`/proc/${pid}/mem`, "r+");
  const pagemap = openSync(`/proc/${pid}/pagemap`, "r");
  const struck: string[] = [];
  try {
    // The largest one has the guest's memory; the others the heap, the stacks and what libraries keep.
    const from = random.below(2) === 0 ? [largest] : mappings;
    for (let tries = 0; tries < 4000 && struck.length < bytes; tries++) {
      const { start, bytes: length } = random.pick(from);
      const at = start + random.below(length);
      if (!isPresent(pagemap, at)) continue;
      const byte = Buffer.alloc(1);
      if (readSync(memory, byte, 0, 1, at) !== 1) continue;
      byte[0] = (byte[0] ?? 0) ^ (1 << random.below(8));
      writeSync(memory, byte, 0, 1, at);
      struck.push(`0x${at.toString(16)}`);
    }
  } finally {
    closeSync(memory);
    closeSync(pagemap);
  }
  return struck.join(" ");
}

function writableMappings(pid: number): readonly [Mapping, ...Mapping[]] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  const mappings = lines.flatMap((line) => {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (start === undefined || end === undefined) return [];
    const from = Number.parseInt(start, 16);
    return [{ start: from, bytes: Number.parseInt(end, 16) - from }];
  });
  const [first, ...others] = mappings;
  if (first === undefined) throw new Error(`process ${pid} has no memory`);
  return [first, ...others];
}

function isPresent(pagemap: number, address: number): boolean {
  const entry = Buffer.alloc(8);
  const read = readSync(pagemap, entry, 0, 8, Math.floor(address / PAGE) * 8);
  return read === 8 && ((entry[7] ?? 0) & PRESENT) !== 0;
}
