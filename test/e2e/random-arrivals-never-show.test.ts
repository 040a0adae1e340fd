// Many faults in one run, at random instants and places on all cores, some while the recovery from another is under
// way: the outside sees the bytes of the run without them.
import { beforeAll, describe, expect, it } from "vitest";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";
import type { SlotConfig } from "../../core/index.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const SEEDS = [1, 2, 3, 4];
/** Of each of the three cores; two of them run a replica at a time. */
const FAULTS_PER_CORE = 4;
const NAMES = [
  "small",
  "timer with 2 harts",
  "paging",
  "block on an overlay",
  "console-echo with lines typed ahead",
];
const subjects = SUBJECTS.filter(({ name }) => NAMES.includes(name));
const TIMEOUT_MS = 180_000;

let struck = 0;
let divergences = 0;
let stops = 0;

describe.each(subjects)("$name", { timeout: TIMEOUT_MS }, ({ run, expected, epochSteps }) => {
  let golden: GuestResult;

  beforeAll(async () => {
    golden = await runGuest({ ...run, slots: { placement: { use: "inline" } } });
  });

  const slots = {
    placement: { use: "inline" },
    replication: { use: "pair", epochSteps: epochSteps[0] },
    checkpoint: { use: "periodic", everyEpochs: 3 },
  };
  const arrival = (seed: number): SlotConfig => ({
    use: "random",
    seed,
    untilSteps: golden.report.steps,
    faultsPerBillionSteps: (1e9 * FAULTS_PER_CORE) / golden.report.steps,
  });

  it.each(SEEDS)("shows nothing of the faults of seed %d", async (seed) => {
    const { report, output, disk } = await runGuest({
      ...run,
      slots,
      faultArrivals: [arrival(seed)],
    });
    const record = JSON.stringify(report.faults.map((fault) => fault.record));
    struck += report.faults.length;
    divergences += report.divergences.length;
    // Faults that meet can leave nobody to trust. Then the run ends honestly, before anything wrong.
    const isStopped = report.stop.reason === "diverged";
    if (isStopped) stops++;
    expect(isStopped ? golden.report.stop : report.stop, record).toEqual(golden.report.stop);
    expect(isStopped ? expected.slice(0, output.length) : expected, record).toBe(output);
    expect(isStopped || disk === undefined || disk.equals(golden.disk!), record).toBe(true);
  });

  it("repeats: the same seed, the same run; one of its records, that fault alone", async () => {
    const first = await runGuest({ ...run, slots, faultArrivals: [arrival(9)] });
    const again = await runGuest({ ...run, slots, faultArrivals: [arrival(9)] });
    expect(again.report.arrivals).toEqual(first.report.arrivals);
    expect(again.report.faults).toEqual(first.report.faults);
    expect(again.committed).toEqual(first.committed);
    const fault = first.report.faults[0]!;
    const alone = await runGuest({ ...run, slots, faults: [fault.record!] });
    // The first fault of a run meets the same machine, with others to follow or not.
    expect(alone.report.faults).toEqual([{ ...fault, fault: 0 }]);
    expect(alone.output).toBe(expected);
  });
});

describe("the runs together", () => {
  it("were struck often, and often noticed it", () => {
    expect(struck).toBeGreaterThan(subjects.length * SEEDS.length * 3);
    expect(divergences).toBeGreaterThan(subjects.length * SEEDS.length);
    expect(stops).toBeLessThanOrEqual(1);
  });
});
