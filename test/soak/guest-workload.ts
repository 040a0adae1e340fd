// What the guest of the soak does for ever, and what has to come of it: every line of its console and every file that it
// serves can be computed on the host.
import { createHash } from "node:crypto";

/** Numbers in the file of one round. */
const NUMBERS = 20_000;
/** Numbers in the file that the guest serves. */
const SERVED_NUMBERS = 100_000;
/** Rounds write to so many places of the disk in turn, of so many blocks. */
const PLACES = 8;
const BLOCKS = 4;
const BLOCK_BYTES = 65_536;
export const DISK_BYTES: number = PLACES * BLOCKS * BLOCK_BYTES;

const PROLOGUE = "soak";

/** For `xv.run`: a web server where there is a network, then rounds of computing, writing, reading back and printing. */
export function workload(hasNetwork: boolean): string {
  const serve = `mkdir -p /srv; seq 1 ${SERVED_NUMBERS} > /srv/numbers; httpd -h /srv;`;
  return [
    hasNetwork ? serve : "",
    "mkdir -p /tmp; i=0; while :; do i=$((i+1));",
    `seq $i $((i+${NUMBERS})) > /tmp/n; at=$((i%${PLACES}*${BLOCKS}));`,
    "dd if=/tmp/n of=/dev/vda bs=64k seek=$at conv=fsync 2>/dev/null;",
    "echo 3 > /proc/sys/vm/drop_caches; size=$(wc -c < /tmp/n);",
    `set -- $(dd if=/dev/vda bs=64k skip=$at count=${BLOCKS} 2>/dev/null | head -c $size | md5sum);`,
    `echo ${PROLOGUE} $i $1; done`,
  ].join(" ");
}

function lines(from: number, to: number): Buffer {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`);
  return Buffer.from(numbers.join(""));
}

const roundContent = (round: number): Buffer => lines(round, round + NUMBERS);

export function servedContent(): Buffer {
  return lines(1, SERVED_NUMBERS);
}

/** Follows the console. The guest's own lines come in order, one for every round, each with the right digest. */
export class ConsoleCheck {
  rounds = 0;
  bytes = 0;
  problem: string | undefined;
  #rest = "";

  take(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const parts = (this.#rest + Buffer.from(chunk).toString("latin1")).split("\r\n");
    this.#rest = parts.pop() ?? "";
    for (const line of parts) if (line.startsWith(`${PROLOGUE} `)) this.#check(line);
  }

  #check(line: string): void {
    this.rounds += 1;
    const digest = createHash("md5").update(roundContent(this.rounds)).digest("hex");
    const expected = `${PROLOGUE} ${this.rounds} ${digest}`;
    if (line !== expected) this.problem ??= `console: "${line}" in place of "${expected}"`;
  }
}

/**
 * Compares the disk with what the rounds wrote; the round that was under way may have got as far as anywhere.
 * @returns what is wrong
 */
export function diskProblem(disk: Uint8Array, rounds: number): string | undefined {
  const placeBytes = BLOCKS * BLOCK_BYTES;
  for (let round = Math.max(1, rounds - PLACES + 2); round <= rounds; round += 1) {
    const content = roundContent(round);
    const at = (round % PLACES) * placeBytes;
    const found = disk.subarray(at, at + content.length);
    if (!content.equals(found)) return `disk: round ${round} is not there as it was written`;
  }
  return undefined;
}
