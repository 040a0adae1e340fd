import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, runToy, soloOf } from "./toy-run.ts";

const ODD = new URL("./odd-plugin.ts", import.meta.url).href;
const crash: FaultConfig = { use: "worker-crash", replica: 1, at: 9000 };
const flip: FaultConfig = {
  use: "register-bit-flip",
  replica: 1,
  at: 9000,
  register: "r2",
  bit: 0,
};
const hang = (replica: number, at: number): FaultConfig => ({ use: "worker-hang", replica, at });

describe("the coordinator", { timeout: 30_000 }, () => {
  it("notices that all replicas hang, and starts them again", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      replication: pairOf({ watchdogMs: 20 }),
      faults: [hang(0, 9000), hang(1, 9100)],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences).toMatchObject([
      { divergence: { signal: "hang", absent: [0, 1] }, outcome: { by: "rollback" } },
    ]);
  });

  it("notices that a machine without a second replica hangs", async () => {
    const { report, text } = await runToy({
      source: LETTERS,
      replication: soloOf({ watchdogMs: 20 }),
      faults: [hang(0, 9000)],
    });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences[0]?.divergence.signal).toBe("hang");
  });

  it("does not take a replica for hung whose vote waits to be heard", async () => {
    const { report } = await runToy({
      source: LETTERS,
      plugins: [ODD],
      replication: pairOf({ watchdogMs: 20 }),
      faults: [{ use: "busy", replica: 1, at: 9000 }],
    });
    expect(report.faults).toMatchObject([{ what: "was busy" }]);
    expect(report.divergences).toEqual([]);
  });

  it.each([0, 1, 2])(
    "meets a crash where the ballots end, whatever the timing (%i)",
    async (run) => {
      const faults = [crash, { ...flip, replica: 2, at: 8800 }, { ...crash, replica: 3 }];
      const { report } = await runToy({
        source: LETTERS,
        faults,
        replication: pairOf({ runAheadEpochs: 16 }),
        checkpoint: { use: "never" },
        jitterMs: run,
      });
      expect(report.divergences).toMatchObject([
        { divergence: { epoch: 18, signal: "crash", absent: [1] }, outcome: { attempts: 3 } },
      ]);
      expect(report.faults.map(({ replica, step }) => [replica, step])).toEqual([
        [2, 8800],
        [1, 9000],
        [3, 9000],
      ]);
    },
  );

  it.each([
    ["give-one-up", "left 1 of 2 replicas"],
    ["do-nothing", "diverged 8 times in a row, recovery by do-nothing does not help"],
  ])("does not go on after a recovery that is none (%s)", async (use, why) => {
    for (const fault of [crash, flip]) {
      const { report, text } = await runToy({
        source: LETTERS,
        plugins: [ODD],
        recovery: { use },
        faults: [fault],
      });
      expect(report.stop).toMatchObject({
        reason: "diverged",
        detail: expect.stringContaining(why),
      });
      expect("ABCD".startsWith(text)).toBe(true);
    }
  });

  it("ends the run, not the process, when a tap throws between epochs", async () => {
    const ended = runToy({
      source: LETTERS,
      faults: [flip],
      onVmm: (vmm) =>
        vmm.hooks.faultInjected.tap("test", () => {
          throw new Error("from the tap");
        }),
    });
    await expect(ended).rejects.toThrow("from the tap");
  });
});
