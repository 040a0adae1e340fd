// Every memory sharing, checkpoint policy and recovery with replicas in processes of their own, and a fault that is sure
// to be noticed: the outside sees the bytes of the run without fault, and what survives ends in the same state.
import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { expectedOutput, runGuest } from "./guest-run.ts";
import { CHECKPOINT, MEMORY_SHARING, RECOVERY, slotsOf } from "./strategies/variants.ts";

const SHARING = slotsOf(MEMORY_SHARING);
const CHECKPOINTS = slotsOf(CHECKPOINT);
const RECOVERIES = slotsOf(RECOVERY);
const WRONG: readonly FaultConfig[] = [
  { use: "register-bit-flip", replica: 1, at: 41_000, register: "x2", bit: 5 },
  { use: "memory-bit-flip", replica: 0, at: 50_000, address: 0x80_200_000, bit: 3 },
];
const CRASH: FaultConfig = { use: "worker-crash", replica: 0, at: 60_500 };

const of = <T>(all: readonly T[], index: number): T => all[index % all.length] as T;
const rows = Array.from(
  { length: Math.max(SHARING.length, CHECKPOINTS.length, RECOVERIES.length) },
  (_, index) => ({
    index,
    memorySharing: of(SHARING, index),
    checkpoint: of(CHECKPOINTS, index),
    recovery: of(RECOVERIES, index),
  }),
);
const name = ({ use, ...options }: SlotConfig): string =>
  `${use}${Object.keys(options).length === 0 ? "" : ` ${JSON.stringify(options)}`}`;

async function timer(
  slots: Readonly<Record<string, SlotConfig>>,
  faults: readonly FaultConfig[] = [],
): ReturnType<typeof runGuest> {
  return runGuest({ guest: "timer", slots, faults });
}

describe("replicas in processes", () => {
  it.each(
    rows.map((row) => ({
      ...row,
      title: [row.memorySharing, row.checkpoint, row.recovery].map(name).join(", "),
    })),
  )("with $title show no fault", async ({ index, memorySharing, checkpoint, recovery }) => {
    const isFailover = recovery.use === "failover";
    const replication = { use: isFailover ? "primary-backup" : "pair", epochSteps: 3000 };
    const fault = isFailover ? CRASH : of(index % 3 === 2 ? [CRASH] : WRONG, index);
    const { report, output } = await timer(
      { replication, placement: { use: "processes" }, memorySharing, checkpoint, recovery },
      [fault],
    );
    expect(report.divergences.length).toBeGreaterThan(0);
    const golden = await timer({ replication, placement: { use: "inline" }, recovery });
    const isStopped = recovery.use === "fail-stop";
    const { stop, finalState } = golden.report;
    expect(report.stop.reason).toBe(isStopped ? "diverged" : stop.reason);
    const expected = expectedOutput("timer");
    expect(isStopped ? expected.slice(0, output.length) : expected).toBe(output);
    expect(isStopped ? finalState : report.finalState).toBe(finalState);
  });

  it("are tried again on a core that was blamed, and leave it where it is defective", async () => {
    const replication = { use: "pair", epochSteps: 3000 };
    const { report, output } = await timer(
      {
        replication,
        placement: { use: "processes", cores: 4 },
        checkpoint: { use: "periodic", everyEpochs: 3 },
        coreDiagnosis: { use: "replay" },
      },
      [{ use: "stuck-at", core: 1, at: 20_000, register: "x2", bit: 5, value: 1 }],
    );
    const golden = await timer({ replication, placement: { use: "inline" } });
    expect([report.stop, output]).toEqual([golden.report.stop, expectedOutput("timer")]);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.cores[1]).toMatchObject({ permanent: 1, retired: expect.anything() as unknown });
  });
});
