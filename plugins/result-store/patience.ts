// Tries again while a database restarts or is out of reach. Everything that a store does may be done twice.
import { setTimeout as delay } from "node:timers/promises";
import { isPassing } from "./store-failure.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

export interface Patience {
  /** How long in all; 0 for a database that has no one to wait for. */
  readonly forMs: number;
  readonly notify: (message: string) => void;
}

export async function patiently<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + patience.forMs;
  for (let pauseMs = FIRST_PAUSE_MS, isFirst = true; ; pauseMs *= 2, isFirst = false) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || performance.now() + pauseMs > untilMs) throw error;
      if (isFirst) patience.notify("the database does not answer; trying again");
    }
    await delay(Math.min(pauseMs, LONGEST_PAUSE_MS));
  }
}
