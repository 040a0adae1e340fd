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

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  pause(ms: number): Promise<unknown>;
}

const HOST: Clock = { now: () => performance.now(), pause: (ms) => delay(ms) };

export async function patiently<T>(
  patience: Patience,
  attempt: () => Promise<T>,
  { now, pause }: Clock = HOST,
): Promise<T> {
  let untilMs: number | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isFirst = untilMs === undefined;
      untilMs ??= now() + patience.forMs;
      if (!isPassing(error) || now() + pauseMs > untilMs) throw error;
      if (isFirst) patience.notify("the database does not answer; trying again");
    }
    await pause(pauseMs);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}
