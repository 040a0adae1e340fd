// Runs one round, and strikes processes from outside while it runs.
import process from "node:process";
import type { Vmm } from "../../../core/index.ts";
import { runGuest, type GuestResult } from "../guest-run.ts";
import { SeededRandom } from "../single-fault/seeded-random.ts";
import type { Round, Strike } from "./draw-strike.ts";
import { corruptMemory } from "./strike-process.ts";

export interface RoundResult {
  readonly result: GuestResult;
  /** For people. */
  readonly struck: readonly string[];
}

export async function runRound({ seed, subject, slots, strikes }: Round): Promise<RoundResult> {
  const random = new SeededRandom(seed);
  const pids: number[] = [];
  const struck: string[] = [];
  const timers: NodeJS.Timeout[] = [];
  const strike = ({ deed, victim }: Strike): void => {
    const pid = pids[victim];
    if (pid === undefined) return;
    try {
      if (deed.kind === "corrupt") {
        struck.push(`${victim}: corrupt ${corruptMemory(pid, random, deed.bytes)}`);
        return;
      }
      process.kill(pid, deed.kind === "kill" ? "SIGKILL" : "SIGSTOP");
      struck.push(`${victim}: ${deed.kind}`);
      if (deed.kind === "stop" && deed.ms < Infinity) {
        timers.push(setTimeout(() => signalIfThere(pid, "SIGCONT"), deed.ms));
      }
    } catch (error) {
      // It may be gone already.
      if (!isGone(error)) throw error;
    }
  };
  const watch = ({ hooks }: Vmm): void => {
    hooks.replicaStarted.tap("test", ({ replica, pid }) => {
      if (pid === undefined) throw new Error("a replica without a process of its own");
      pids[replica] = pid;
      for (const one of strikes) {
        const { victim, moment } = one;
        if (victim !== replica || moment.kind !== "started") continue;
        timers.push(setTimeout(() => strike(one), moment.ms));
      }
    });
    hooks.epochVerified.tap("test", ({ epoch }) => {
      for (const one of strikes) {
        if (one.moment.kind === "epoch" && one.moment.epoch === epoch) strike(one);
      }
    });
  };
  try {
    const result = await runGuest({ ...subject.run, slots, onVmm: watch });
    return { result, struck };
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Whether any of these processes is there still. */
function signalIfThere(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
    return false;
  }
}

/** No such process, or no such file of it any more. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ESRCH" || code === "ENOENT" || code === "EIO";
}
