// The thread of `page-comparer.ts`: evaluates each comparison it is given twice, once from either end of the replicas,
// in turns over small blocks, of which the second evaluation finds the pages in the cache.
import { parentPort, workerData } from "node:worker_threads";
import { ANSWER, CONTROL, type PageComparerData } from "./page-comparer.ts";
import { pageFunctions, type PageFunctions } from "../memory/page-functions.ts";

/** Pages of two replicas that fit into a processor's own cache together. */
const BLOCK = 32;

const { shared, control: buffer, pageList, frames } = workerData as PageComparerData;
const control = new Int32Array(buffer);
const functions = pageFunctions(shared);

let done = Atomics.load(control, CONTROL.done);
parentPort?.postMessage("ready");
for (;;) {
  Atomics.wait(control, CONTROL.given, done);
  if (Atomics.load(control, CONTROL.given) === done) continue;
  done = Atomics.load(control, CONTROL.given);
  Atomics.store(control, CONTROL.result, compare(functions) ? ANSWER.equal : ANSWER.different);
  Atomics.store(control, CONTROL.done, done);
  Atomics.notify(control, CONTROL.done);
}

function compare({ firstUnequal }: PageFunctions): boolean {
  const count = control[CONTROL.maps] ?? 0;
  const maps = Array.from(
    control.subarray(CONTROL.mapOffsets, CONTROL.mapOffsets + count),
    (offset) => offset >>> 0,
  );
  const to = control[CONTROL.to] ?? 0;
  for (let from = control[CONTROL.from] ?? 0; from < to; from += BLOCK) {
    const end = Math.min(from + BLOCK, to);
    for (const order of [maps, maps.toReversed()]) {
      const [first = 0, ...others] = order;
      for (const other of others) {
        if (firstUnequal(pageList, from, end, first, other, frames) < end) return false;
      }
    }
  }
  return true;
}
