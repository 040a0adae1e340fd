import { describe, expect, it } from "vitest";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { Divergence, SlotConfig } from "../../../core/index.ts";
import { LETTERS, toyConfig } from "./toy-run.ts";

/** One wrong register under the configured recovery, with a tap that answers `chooseRecovery`. */
function runWith(
  recovery: SlotConfig,
  choose: (divergence: Divergence) => string | undefined,
): Promise<RunReport> {
  const fault = { use: "register-bit-flip", replica: 1, at: 9000, register: "r2", bit: 0 };
  return runMachine(toyConfig({ source: LETTERS, recovery, faults: [fault] }), {
    onVmm: (vmm) => vmm.hooks.chooseRecovery.tap("test", choose),
  });
}

describe("chooseRecovery", () => {
  it.each([
    ["third-replica", { kind: "recovered", by: "third-replica", blamed: [1], attempts: 1 }],
    ["rollback", { kind: "recovered", by: "rollback", blamed: [], attempts: 1 }],
  ])("has %s recover, with its default options", async (name, outcome) => {
    const report = await runWith({ use: "fail-stop" }, () => name);
    expect(report.divergences.map((entry) => entry.outcome)).toEqual([outcome]);
    expect(report.stop.reason).toBe("power-off");
  });

  it("leaves it to the config without an answer", async () => {
    const report = await runWith({ use: "fail-stop" }, () => undefined);
    expect(report.stop.reason).toBe("diverged");
  });

  it("is told what diverged", async () => {
    const told: Divergence[] = [];
    await runWith({ use: "fail-stop" }, (divergence) => {
      told.push(divergence);
      return undefined;
    });
    expect(told).toMatchObject([{ signal: "ballots", replicas: [0, 1], absent: [] }]);
  });

  it("names a provider that nobody registered", async () => {
    await expect(runWith({ use: "fail-stop" }, () => "third-replicas")).rejects.toMatchObject({
      code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
      value: "third-replicas",
    });
  });
});
