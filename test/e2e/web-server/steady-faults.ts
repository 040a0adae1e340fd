// Faults on every core in turn, so that one replica is struck at a time, whoever runs there after recoveries.
import type { FaultConfig } from "../../../core/index.ts";

/** Replicas of a pair, and the place for a witness. */
const CORES = 3;
const MOST_TIMES = 10_000;

/** @param everySteps between two faults; a core without a replica is struck for nothing */
export function steadyFaults(fromStep: number, everySteps: number): FaultConfig[] {
  return Array.from({ length: CORES }, (_, core) => ({
    use: "register-bit-flip",
    core,
    at: fromStep + core * everySteps,
    register: core === 0 ? "x2" : "pc",
    bit: 4,
    repeat: { times: MOST_TIMES, everySteps: CORES * everySteps },
  }));
}
