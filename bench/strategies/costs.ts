// What a combination of strategies costs in time and memory, in fresh processes that take turns.
import { BenchError } from "../bench-error.ts";
import { inTurns } from "../in-turns.ts";
import { measureRun, type MeasuredRun } from "../measured-run.ts";
import { median } from "../statistics.ts";
import { guestConfig } from "../workloads.ts";
import type { Combination } from "./combinations.ts";

/** Eight megabytes that are written again and again, for seconds. */
const GUEST = "memory";
const COMMAND_LINE = "iterations=12";

export interface Costs {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** 4 KiB frames in use after the last checkpoint; at the end where there was none. */
  readonly framesAtRest: number;
  readonly peakFrames: number;
  /** Median; undefined without checkpoints. */
  readonly pauseMs: number | undefined;
}

/** By the names of the combinations. */
export async function measureCosts(
  combinations: readonly Combination[],
  runs: number,
  note: (text: string) => void,
): Promise<ReadonlyMap<string, Costs>> {
  const variants = Object.fromEntries(
    combinations.map(({ name, slots }) => {
      const config = {
        ...guestConfig(GUEST, { replication: { use: "solo" } }, COMMAND_LINE),
        ...slots,
      };
      return [name, () => measureRun(config)];
    }),
  );
  const samples = await inTurns(runs, variants, note);
  return new Map(combinations.map(({ name }) => [name, costsOf(samples[name] ?? [])]));
}

function costsOf(samples: readonly MeasuredRun[]): Costs {
  const last = samples.at(-1)?.run;
  if (last === undefined) throw new BenchError("no run was measured");
  const pauses = samples.flatMap(({ run }) => run.checkpoints.map(({ pauseMs }) => pauseMs));
  return {
    wallSeconds: median(samples.map(({ run }) => run.running.wallSeconds)),
    cpuSeconds: median(samples.map(({ run }) => run.running.cpuSeconds)),
    framesAtRest: last.checkpoints.at(-1)?.frames ?? last.framesAtEnd,
    peakFrames: last.peakFrames,
    pauseMs: pauses.length === 0 ? undefined : median(pauses),
  };
}
