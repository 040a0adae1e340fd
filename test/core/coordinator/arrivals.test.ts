import { describe, expect, it } from "vitest";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, runToy, toyConfig } from "./toy-run.ts";

const TEN_LETTERS = "ABCDEFGHIJ";
const often: SlotConfig = {
  use: "random",
  seed: 3,
  faultsPerBillionSteps: 400_000,
  untilSteps: 20_000,
};

async function runWith(
  faultArrivals: readonly SlotConfig[],
  faults: readonly FaultConfig[] = [],
): Promise<{ report: RunReport; text: string }> {
  let text = "";
  const report = await runMachine(toyConfig({ source: LETTERS, faults, faultArrivals }), {
    onVmm: (vmm) =>
      vmm.hooks.outputCommitted.tap("test", (_epoch, outputs) => {
        for (const { bytes } of outputs) text += Buffer.from(bytes).toString();
      }),
  });
  return { report, text };
}

describe("arrivals in a run", () => {
  it("are struck like faults of the config, and nothing of them shows", async () => {
    const { report, text } = await runWith([often]);
    expect(text).toBe(TEN_LETTERS);
    expect(report.stop).toMatchObject({ reason: "power-off", exitCode: 0 });
    expect(report.arrivals!.length).toBeGreaterThan(8);
    expect(report.faults.length).toBeGreaterThan(5);
    expect(report.divergences.length).toBeGreaterThan(0);
    expect(report.faultsNotReached).toEqual([]);
  });

  it("are the same for the same seed, and others for another", async () => {
    const [first, second, other] = await Promise.all([
      runWith([often]),
      runWith([often]),
      runWith([{ ...often, seed: 4 }]),
    ]);
    expect(second.report.arrivals).toEqual(first.report.arrivals);
    expect(second.report.faults).toEqual(first.report.faults);
    expect(other.report.arrivals).not.toEqual(first.report.arrivals);
  });

  it("repeat alone, one by one, from their records", async () => {
    const { report } = await runWith([{ ...often, cores: [1] }]);
    const [first] = report.faults;
    const alone = await runToy({ source: LETTERS, faults: [first!.record!] });
    expect(alone.report.faults).toEqual([first]);
    expect(alone.report).not.toHaveProperty("arrivals");
    expect(alone.text).toBe(TEN_LETTERS);
  });

  it("come beside faults of the config, whose absence alone is told", async () => {
    const late = { use: "register-bit-flip", replica: 0, at: 10 ** 9, register: "r1", bit: 0 };
    const beyond = { ...often, untilSteps: 10 ** 9, faultsPerBillionSteps: 10, count: 2 };
    const { report } = await runWith([beyond], [late]);
    expect(report.faultsNotReached).toMatchObject([{ fault: 0, at: 10 ** 9 }]);
    expect(report.arrivals).toHaveLength(2);
    expect(report.faults).toEqual([]);
  });
});
