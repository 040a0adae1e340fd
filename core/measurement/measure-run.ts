// Runs a machine in this process and follows it by its hooks.
import process from "node:process";
import type { Config } from "../api/config.ts";
import type { Vmm } from "../api/vmm.ts";
import { framesInUse } from "../coordinator/frame-accounts.ts";
import { runMachine } from "../coordinator/run-machine.ts";
import type { RunReport } from "../coordinator/run-report.ts";
import { hostMilliseconds } from "../replica/host-milliseconds.ts";
import type { RunCosts, RunEvent } from "./run-costs.ts";

interface Instant {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const MICROSECONDS_PER_MILLISECOND = 1e3;
/** Of a timeline; what comes after so many is told by the report. */
const MOST_EVENTS = 200;
/** Epochs that go on after a recovery, shown in a timeline. */
const EPOCHS_AFTER = 3;

function now(): Instant {
  const { user, system } = process.cpuUsage();
  return { wallMs: hostMilliseconds(), cpuMs: (user + system) / MICROSECONDS_PER_MILLISECOND };
}

class Follower {
  readonly pausesMs: number[] = [];
  readonly events: RunEvent[] = [];
  started: Instant | undefined;
  first: Instant | undefined;
  last: Instant | undefined;
  hasOwnProcesses = false;
  #steps = 0;
  #epochsToShow = 0;

  follow({ hooks }: Vmm): void {
    const name = "measurement";
    hooks.started.tap(name, () => void (this.started = now()));
    hooks.epochVerified.tap(name, ({ epoch, steps }) => {
      this.last = now();
      this.first ??= this.last;
      this.#steps = steps;
      if (this.#epochsToShow === 0) return;
      this.#epochsToShow--;
      this.#add("verified", `epoch ${epoch} agreed on, its outputs released`);
    });
    hooks.checkpointTaken.tap(name, ({ dirtyPages, pauseMs }) => {
      this.pausesMs.push(pauseMs);
      if (this.events.length > 0) this.#add("checkpoint", `checkpoint of ${dirtyPages} pages`);
    });
    hooks.replicaStarted.tap(name, ({ replica, pid }) => {
      this.hasOwnProcesses ||= pid !== undefined;
      if (this.started !== undefined) this.#add("replica", `replica ${replica} starts`);
    });
    hooks.faultInjected.tap(name, ({ step, what }) => {
      this.#add("fault", `step ${step}: ${what}`);
    });
    hooks.divergenceDetected.tap(name, ({ epoch, detail }) => {
      this.#add("divergence", `epoch ${epoch}: ${detail}`);
    });
    hooks.coreDiagnosed.tap(name, ({ core }) => this.#add("diagnosis", `core ${core} was tried`));
    hooks.recovered.tap(name, ({ outcome, replay }) => {
      const replayed = replay === undefined ? "" : `; ${replay.steps} instructions repeated`;
      const what = outcome.kind === "recovered" ? `recovered by ${outcome.by}` : outcome.why;
      this.#add("recovered", `${what}${replayed}`);
      this.#epochsToShow = EPOCHS_AFTER;
    });
  }

  #add(kind: RunEvent["kind"], what: string): void {
    if (this.events.length >= MOST_EVENTS) return;
    const atMs = hostMilliseconds() - (this.started?.wallMs ?? hostMilliseconds());
    this.events.push({ kind, atMs, steps: this.#steps, what });
  }
}

export async function measureRun(config: Config): Promise<RunCosts> {
  const follower = new Follower();
  const report = await runMachine(config, {
    isOutputDelayWanted: true,
    onVmm: (vmm) => follower.follow(vmm),
  });
  return costsOf(follower, report);
}

function costsOf(follower: Follower, report: RunReport): RunCosts {
  const { stop, steps, epochs, replicas, memory, peakFrames, framesByOwner } = report;
  const end = follower.last ?? now();
  const first = follower.first ?? end;
  const started = follower.started ?? first;
  return {
    stop,
    steps,
    epochs,
    replicas,
    outputDigest: report.outputDigest ?? "",
    wallMs: end.wallMs - first.wallMs,
    ...(!follower.hasOwnProcesses && { cpuMs: end.cpuMs - first.cpuMs }),
    startMs: first.wallMs - started.wallMs,
    checkpointPausesMs: follower.pausesMs,
    memory,
    framesAtEnd: framesInUse(framesByOwner),
    peakFrames,
    outputDelaysMs: report.outputDelaysMs ?? [],
    recoveries: report.divergences.flatMap(({ outcome, durationMs, replay }) =>
      outcome.kind === "recovered"
        ? [{ durationMs, ...(replay !== undefined && { replayedSteps: replay.steps }) }]
        : [],
    ),
    events: follower.events,
  };
}
