// A thread beside the coordinator that compares a part of the pages at a checkpoint: the replicas stand still meanwhile
// and leave their cores to it. It is started when there is much to compare for the first time, and is of use from then
// on. Who asks does without its answer when it has none.
//
//   words of the control block, i32
//   0  jobs given              4  page maps to compare
//   1  jobs done               5  result: EQUAL or DIFFERENT
//   2  first page of the list  6  byte offsets of the page maps
//   3  end of the list
import { Worker } from "node:worker_threads";
import type { SharedLayout } from "../memory/shared-layout.ts";

export const CONTROL = {
  given: 0,
  done: 1,
  from: 2,
  to: 3,
  maps: 4,
  result: 5,
  mapOffsets: 6,
} as const;
export const ANSWER = { equal: 1, different: 2 } as const;
const WORDS = 64;
const ENTRY = import.meta.url.endsWith(".ts")
  ? "./page-comparer-worker.ts"
  : "./page-comparer-worker.js";
/** Longer than any list takes; a thread that keeps silent so long is given up. */
const PATIENCE_MS = 2000;

export interface PageComparerData {
  readonly shared: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  /** Byte offsets in the shared memory of the list of pages and of the first frame. */
  readonly pageList: number;
  readonly frames: number;
}

export class PageComparer {
  readonly #data: PageComparerData;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #list: Uint32Array<SharedArrayBuffer>;
  #worker: Worker | undefined;
  #isReady = false;
  #isGivenUp = false;

  constructor(shared: WebAssembly.Memory, { pageList, frames, ramPages }: SharedLayout) {
    const control = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);
    this.#data = { shared, control, pageList, frames };
    this.#control = new Int32Array(control);
    this.#list = new Uint32Array(shared.buffer, pageList, ramPages);
  }

  /**
   * Begins to compare the pages from `from` to the end of the list, as the page maps at these byte offsets have them.
   * What lies before `from` in the list's place in shared memory may be overwritten meanwhile.
   * @returns false when the thread is not there yet; it is started then
   */
  begin(pages: readonly number[], from: number, maps: readonly number[]): boolean {
    if (!this.#isReady || CONTROL.mapOffsets + maps.length > WORDS) {
      this.#start();
      return false;
    }
    for (let index = from; index < pages.length; index++) this.#list[index] = pages[index] ?? 0;
    const control = this.#control;
    control[CONTROL.from] = from;
    control[CONTROL.to] = pages.length;
    control[CONTROL.maps] = maps.length;
    for (const [index, offset] of maps.entries()) control[CONTROL.mapOffsets + index] = offset;
    control[CONTROL.result] = 0;
    Atomics.add(control, CONTROL.given, 1);
    Atomics.notify(control, CONTROL.given);
    return true;
  }

  /** Waits for what `begin` began. @returns true when it found all pages equal; false when not, or without an answer */
  end(): boolean {
    const control = this.#control;
    const job = Atomics.load(control, CONTROL.given);
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const done = Atomics.load(control, CONTROL.done);
      if (done === job) return Atomics.load(control, CONTROL.result) === ANSWER.equal;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) break;
      Atomics.wait(control, CONTROL.done, done, leftMs);
    }
    this.#giveUp();
    return false;
  }

  async close(): Promise<void> {
    this.#isGivenUp = true;
    this.#isReady = false;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): void {
    if (this.#worker !== undefined || this.#isGivenUp) return;
    const worker = new Worker(new URL(ENTRY, import.meta.url), {
      workerData: this.#data,
      name: "page comparer",
    });
    // It keeps no run alive, and a run goes on without it.
    worker.unref();
    worker.once("message", () => {
      this.#isReady = !this.#isGivenUp;
    });
    worker.on("error", () => this.#giveUp());
    worker.on("exit", () => this.#giveUp());
    this.#worker = worker;
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    this.#isReady = false;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }
}
