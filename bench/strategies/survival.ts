// What becomes of a guest under single faults, by combination of strategies: in this process, one run after the other.
import { runMachine } from "../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../core/coordinator/run-report.ts";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { BenchError } from "../bench-error.ts";
import { guestConfig } from "../workloads.ts";
import type { Combination } from "./combinations.ts";
import { drawFaults, struckReplica, type FaultClass } from "./fault-classes.ts";

/** A short guest with numbers, memory, floating point and output. */
const GUEST = "small";
const EPOCH_STEPS = 50_000;
/** A run that takes so much longer than the one without fault does not end by itself. */
const HANG_FACTOR = 3;

/** right: the bytes and the end of the run without fault; stopped: an honest end before anything wrong has left. */
export interface Survival {
  readonly right: number;
  readonly stopped: number;
  /** Wrong bytes, a wrong end, or none. */
  readonly wrong: number;
}

interface Seen {
  readonly report: RunReport;
  readonly bytes: Buffer;
}

/** @param count of faults */
export async function measureSurvival(
  { slots }: Combination,
  faultClass: FaultClass,
  count: number,
): Promise<Survival> {
  const golden = await run(slots, [], 0);
  const { steps, stop, replicas } = golden.report;
  if (stop.reason !== "power-off") throw new BenchError(`${GUEST} ended as ${stop.reason}`);
  const faults = await drawFaults(faultClass, { config: configOf({}), steps, count });
  const seen = { right: 0, stopped: 0, wrong: 0 };
  for (const [index, fault] of faults.entries()) {
    const struck = { ...fault, replica: struckReplica(index, replicas) };
    seen[outcomeOf(await run(slots, [struck], steps * HANG_FACTOR), golden)]++;
  }
  return seen;
}

function outcomeOf({ report, bytes }: Seen, golden: Seen): keyof Survival {
  const { reason, exitCode } = report.stop;
  const isPrefix = golden.bytes.subarray(0, bytes.length).equals(bytes);
  if (reason === "diverged") return isPrefix ? "stopped" : "wrong";
  const isSameEnd = reason === "power-off" && exitCode === golden.report.stop.exitCode;
  return isSameEnd && golden.bytes.equals(bytes) ? "right" : "wrong";
}

const configOf = (slots: Combination["slots"]): object => ({
  ...guestConfig(GUEST, { replication: { use: "solo" } }),
  ...slots,
  placement: { use: "inline" },
  log: { level: "silent" },
});

async function run(
  slots: Combination["slots"],
  faults: readonly object[],
  stepLimit: number,
): Promise<Seen> {
  const replication = { ...slots["replication"], epochSteps: EPOCH_STEPS };
  const { config } = await loadConfigObject({
    ...configOf({ ...slots, replication: { use: "solo", ...replication } }),
    // Often enough for a run of a million steps.
    ...(slots["checkpoint"]?.use === "periodic" && {
      checkpoint: { use: "periodic", everySteps: EPOCH_STEPS * 4 },
    }),
    faults,
    limits: { steps: stepLimit },
  });
  const chunks: Uint8Array[] = [];
  const report = await runMachine(config, {
    onVmm: ({ hooks }) =>
      hooks.outputCommitted.tap("bench", (_epoch, outputs) => {
        chunks.push(...outputs.map(({ bytes }) => bytes));
      }),
  });
  return { report, bytes: Buffer.concat(chunks) };
}
