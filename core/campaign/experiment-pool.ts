// Threads that run experiments. Whoever has batches hands them in; each goes to a thread that has nothing to do.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import type { ExperimentSetup } from "./experiment-setup.ts";
import { errorOf, type ExperimentAnswer } from "./serve-experiments.ts";

const ENTRY = import.meta.url.endsWith(".ts") ? "./experiment-worker.ts" : "./experiment-worker.js";

export class ExperimentPool {
  readonly #threads: readonly Worker[];
  readonly #idle: Worker[];
  /** Batches that wait for a thread. */
  readonly #waiting: ((worker: Worker) => void)[] = [];

  private constructor(threads: readonly Worker[]) {
    this.#threads = threads;
    this.#idle = [...threads];
  }

  /** Resolves once all threads can take experiments. */
  static async open(setup: ExperimentSetup, workers: number): Promise<ExperimentPool> {
    const threads = Array.from(
      { length: workers },
      () => new Worker(new URL(ENTRY, import.meta.url), { workerData: setup, name: "experiments" }),
    );
    try {
      await Promise.all(threads.map((thread) => answerOf(thread)));
    } catch (error) {
      await Promise.all(threads.map((thread) => thread.terminate()));
      throw error;
    }
    return new ExperimentPool(threads);
  }

  /** Batches that can run at the same time. */
  get workers(): number {
    return this.#threads.length;
  }

  /** @returns results in the order of the experiments, which do not depend on the batch they are in */
  async run(experiments: readonly Experiment[]): Promise<readonly ExperimentResult[]> {
    const worker =
      this.#idle.pop() ?? (await new Promise<Worker>((take) => this.#waiting.push(take)));
    const answer = answerOf(worker);
    worker.postMessage(experiments);
    const found = await answer;
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    return found.kind === "results" ? found.results : [];
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

/** @throws what went wrong in the thread */
async function answerOf(worker: Worker): Promise<ExperimentAnswer> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const answer = await Promise.race([
      once(worker, "message", { signal }).then(([message]) => message as ExperimentAnswer),
      once(worker, "exit", { signal }).then(([code]) => {
        throw new Error(`a thread of experiments ended with code ${String(code)}`);
      }),
    ]);
    if (answer.kind === "failed") throw errorOf(answer.error);
    return answer;
  } finally {
    over.abort();
  }
}
