// One measured run in a fresh process, so that no run finds code that another one has warmed up:
//   node bench/run-one.ts '{"config": {...}}'
// prints RunFigures as JSON. Exit code 1 with a message when the guest did not power off as it should.
import process from "node:process";
import type { Vmm } from "../core/index.ts";
import { loadConfigObject } from "../core/config/load-config.ts";
import { runMachine } from "../core/coordinator/run-machine.ts";
import type { RunReport } from "../core/coordinator/run-report.ts";
import type { CheckpointFigures, RecoveryFigures, RunFigures, RunJob } from "./run-figures.ts";

interface Instant {
  readonly steps: number;
  readonly wallMs: number;
  readonly cpuMicroseconds: number;
}

const NEVER: Instant = { steps: 0, wallMs: 0, cpuMicroseconds: 0 };

function now(steps: number): Instant {
  const { user, system } = process.cpuUsage();
  return { steps, wallMs: performance.now(), cpuMicroseconds: user + system };
}

const framesInUse = (framesByOwner: Readonly<Record<string, number>>): number =>
  Object.entries(framesByOwner)
    .filter(([owner]) => owner !== "free")
    .reduce((total, [, count]) => total + count, 0);

/** Follows a run by its hooks. */
class Stopwatch {
  readonly #checkpoints: CheckpointFigures[] = [];
  readonly #recoveries: RecoveryFigures[] = [];
  #started: Instant = NEVER;
  #first: Instant | undefined;
  #last: Instant = NEVER;
  #checkpoint: Instant = NEVER;
  #diverged: Instant = NEVER;

  follow({ hooks }: Vmm): void {
    hooks.started.tap("bench", () => {
      this.#started = now(0);
      this.#checkpoint = this.#started;
    });
    hooks.epochVerified.tap("bench", ({ steps }) => {
      this.#last = now(steps);
      this.#first ??= this.#last;
    });
    hooks.checkpointTaken.tap("bench", ({ steps, dirtyPages, pauseMs, framesByOwner }) => {
      this.#checkpoint = now(steps);
      const frames = framesInUse(framesByOwner);
      this.#checkpoints.push({ steps, dirtyPages, pauseMs, frames });
    });
    hooks.divergenceDetected.tap("bench", () => {
      this.#diverged = now(this.#last.steps);
    });
    hooks.recovered.tap("bench", ({ durationMs }) => {
      this.#recoveries.push({
        durationMs,
        intervalMs: this.#diverged.wallMs - this.#checkpoint.wallMs,
        intervalSteps: this.#diverged.steps - this.#checkpoint.steps,
      });
    });
  }

  figures({ steps, framesByOwner, peakFrames }: RunReport): RunFigures {
    const first = this.#first ?? this.#last;
    return {
      steps,
      startMs: first.wallMs - this.#started.wallMs,
      running: {
        steps: this.#last.steps - first.steps,
        wallSeconds: (this.#last.wallMs - first.wallMs) / 1e3,
        cpuSeconds: (this.#last.cpuMicroseconds - first.cpuMicroseconds) / 1e6,
      },
      checkpoints: this.#checkpoints,
      recoveries: this.#recoveries,
      framesAtEnd: framesInUse(framesByOwner),
      peakFrames,
    };
  }
}

try {
  const { config: content } = JSON.parse(process.argv[2] ?? "{}") as RunJob;
  const { config } = await loadConfigObject(content);
  const stopwatch = new Stopwatch();
  const report = await runMachine(config, { onVmm: (vmm) => stopwatch.follow(vmm) });
  if (report.stop.reason === "power-off" && report.stop.exitCode === 0) {
    console.log(JSON.stringify(stopwatch.figures(report)));
  } else {
    console.error(`the guest did not power off: ${JSON.stringify(report.stop)}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
