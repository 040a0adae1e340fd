// CPU time of a process so far, from Linux's /proc: all its threads, ended ones too, and children waited for.
import { readFileSync } from "node:fs";
import { BenchError } from "./bench-error.ts";

/** USER_HZ, the unit of times in /proc on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** utime, stime, cutime, cstime: proc(5) numbers them 14 to 17, and the state, first behind the name, 3. */
const TIMES = { first: 14 - 3, end: 18 - 3 };

/** @throws BenchError where there is no such process or no /proc. */
export function cpuSecondsOf(pid: number): number {
  try {
    return cpuSecondsFrom(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError(`the CPU time of process ${pid} can't be read: ${reason}`);
  }
}

/** @param stat text of /proc/<pid>/stat. */
export function cpuSecondsFrom(stat: string): number {
  // The second field is the name in parentheses, which may hold spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(TIMES.first, TIMES.end).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  if (ticks.length < TIMES.end - TIMES.first || !Number.isFinite(total)) {
    throw new BenchError(`/proc said ${JSON.stringify(stat)}`);
  }
  return total / TICKS_PER_SECOND;
}
