// Runs one experiment and says what became of it; anything that must never happen is an error with its record.
import { runGuest } from "../guest-run.ts";
import type { GuestResult } from "../guest-run.ts";
import type { Experiment } from "./draw-experiment.ts";
import type { Subject } from "./subjects.ts";

export const OUTCOMES = ["masked", "recovered", "stopped", "not reached"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface ExperimentResult {
  readonly outcome: Outcome;
  /** Faults of the experiment that happened. */
  readonly injected: number;
}

const HANG_MS = 90_000;

/**
 * @param golden the run without fault.
 * @throws an Error with the experiment's record: a wrong byte left, the run hung, or it ended as it must not.
 */
export async function runExperiment(
  subject: Subject,
  experiment: Experiment,
  golden: GuestResult,
): Promise<ExperimentResult> {
  const { seed, ...record } = experiment;
  const complain = (what: string, cause?: unknown): Error =>
    new Error(`${subject.name}, seed ${seed}: ${what}\n${JSON.stringify(record)}`, { cause });
  const { slots, faults, compiler } = experiment;
  const guest = { ...subject.run, slots, faults, compiler };
  const result = await withDeadline(runGuest(guest), () => complain("the run hangs")).catch(
    (error: unknown) => {
      throw complain(`the run failed: ${String(error)}`, error);
    },
  );
  const { report, output } = result;
  const injected = report.faults.length;
  const isStopped = report.stop.reason === "diverged";
  if (isStopped) {
    const mayStop = experiment.mayStop ?? slots["recovery"]?.use === "fail-stop";
    if (!mayStop) throw complain(`no recovery: ${JSON.stringify(report.divergences)}`);
    // What left before the stop is what the same config commits first when nothing goes wrong.
    const whole = await runGuest({ ...guest, faults: [] });
    const isPrefix = result.committed.every((item, index) => item === whole.committed[index]);
    if (!isPrefix || !whole.output.startsWith(output)) throw complain(`wrong output: ${output}`);
    return { outcome: "stopped", injected };
  }
  if (JSON.stringify(report.stop) !== JSON.stringify(golden.report.stop)) {
    throw complain(`it ended as ${JSON.stringify(report.stop)}`);
  }
  if (output !== golden.output) throw complain(`wrong output: ${output}`);
  if (result.disk?.equals(golden.disk ?? Buffer.alloc(0)) === false) {
    throw complain("a wrong byte on the disk");
  }
  if (result.image?.equals(golden.image ?? Buffer.alloc(0)) === false) {
    throw complain("a wrong byte in the image");
  }
  if (report.divergences.length > 0) return { outcome: "recovered", injected };
  return { outcome: injected === 0 ? "not reached" : "masked", injected };
}

async function withDeadline<T>(work: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), HANG_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
