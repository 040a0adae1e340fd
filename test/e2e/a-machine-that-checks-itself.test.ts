// One machine whose instructions are duplicated: it finds faults in registers by itself, and what it prints is right.
import { beforeAll, describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { type GuestResult, type GuestRun, runGuest } from "./guest-run.ts";

const GUEST: GuestRun = { guest: "small", slots: { placement: { use: "inline" } } };
const EPOCH_STEPS = 20_000;
const CHECKPOINT = { use: "periodic", everyEpochs: 3 };

const flip = (register: string, bit: number, at: number, replica = 0): FaultConfig => ({
  use: "register-bit-flip",
  replica,
  at,
  register,
  bit,
});

const run = (
  slots: Readonly<Record<string, SlotConfig | readonly SlotConfig[]>>,
  faults: readonly FaultConfig[],
): Promise<GuestResult> =>
  runGuest({
    ...GUEST,
    slots: { ...GUEST.slots, checkpoint: CHECKPOINT, ...(slots as Record<string, SlotConfig>) },
    faults,
  });

describe("a machine that checks itself", { timeout: 60_000 }, () => {
  const replication = { use: "duplicated", epochSteps: EPOCH_STEPS };
  let golden: GuestResult;

  beforeAll(async () => {
    golden = await run({ replication: { use: "solo", epochSteps: EPOCH_STEPS } }, []);
  });

  it("ends as one that does not", async () => {
    const end = await run({ replication }, []);
    expect(end.output).toBe(golden.output);
    expect(end.report.finalState).toBe(golden.report.finalState);
    expect(end.report.divergences).toEqual([]);
  });

  it.each(["rollback", "third-replica"])(
    "is executed again from the checkpoint under %s",
    async (use) => {
      for (const fault of [
        flip("x5", 3, 100_000),
        flip("x27", 60, 70_000),
        flip("pc", 2, 50_000),
      ]) {
        const { report, output } = await run({ replication, recovery: { use } }, [fault]);
        expect(output).toBe(golden.output);
        expect(report.finalState).toBe(golden.report.finalState);
        expect(report.divergences).toMatchObject([
          { divergence: { signal: "self-check" }, outcome: { kind: "recovered" } },
        ]);
      }
    },
  );

  it("stops before anything wrong leaves it under fail-stop", async () => {
    const { report, output } = await run({ replication, recovery: { use: "fail-stop" } }, [
      flip("x2", 4, 60_000),
    ]);
    expect(report.stop.reason).toBe("diverged");
    expect(golden.output.startsWith(output)).toBe(true);
    expect(report.divergences[0]?.divergence.detail).toContain("replica 0: ");
  });

  it("is one of a pair: who errs is known without a comparison", async () => {
    const slots = {
      replication: { use: "pair", epochSteps: EPOCH_STEPS },
      recovery: { use: "third-replica" },
      instrumentation: [{ use: "instruction-duplication" }],
    };
    const { report, output } = await run(slots, [flip("x2", 4, 60_000, 1)]);
    expect(output).toBe(golden.output);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.divergences).toMatchObject([
      {
        divergence: { signal: "self-check", replicas: [0], absent: [1] },
        outcome: { kind: "recovered", blamed: [1] },
      },
    ]);
  });
});
