// Tries again while a database restarts or is out of reach. Everything that a store does may be done twice.
import { setTimeout as delay } from "node:timers/promises";
import { isPassing } from "./store-failure.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

export interface Patience {
  /** How long from the first failure; 0 for a database that has no one to wait for. */
  readonly forMs: number;
  readonly notify: (message: string) => void;
}

export async function patiently<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  let untilMs: number | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    try {
      return await attempt();
    } catch (error) {
      const isFirst = untilMs === undefined;
      untilMs ??= performance.now() + patience.forMs;
      if (!isPassing(error) || performance.now() + pauseMs > untilMs) throw error;
      if (isFirst) patience.notify("the database does not answer; trying again");
    }
    await delay(Math.min(pauseMs, LONGEST_PAUSE_MS));
  }
}
