import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, runToy, soloOf, type ToyResult } from "./toy-run.ts";

const PLUGINS = [new URL("./self-check-plugin.ts", import.meta.url).href];
/** In a page that the program never touches, and a register that it does not use until its end. */
const ADDRESS = 0x9000;
const REGISTER = "r9";
/** Checkpoints stand at 2500, 5000 and 7500 steps: two of them hold what the fault did before the check notices. */
const FAULT_AT = 4000;
const CHECK_AT = 9000;

const everyReplica = (fault: Omit<FaultConfig, "replica">): FaultConfig[] =>
  Array.from({ length: 24 }, (_, replica) => ({ ...fault, replica }) as FaultConfig);

const flipMemory = (replica: number): FaultConfig => ({
  use: "memory-bit-flip",
  replica,
  at: FAULT_AT,
  address: ADDRESS,
  bit: 3,
});
const flipRegister = (replica: number): FaultConfig => ({
  use: "register-bit-flip",
  replica,
  at: FAULT_AT,
  register: REGISTER,
  bit: 3,
});
const memoryCheck = everyReplica({ use: "self-check", at: CHECK_AT, address: ADDRESS });
const registerCheck = everyReplica({ use: "self-check", at: CHECK_AT, register: REGISTER });

const run = (
  faults: readonly FaultConfig[],
  keeping: object,
  more: { readonly replication?: SlotConfig; readonly recovery?: SlotConfig } = {},
): Promise<ToyResult> =>
  runToy({
    source: LETTERS,
    plugins: PLUGINS,
    replication: soloOf(),
    recovery: { use: "rollback", attempts: 2 },
    checkpoint: { use: "periodic", everySteps: 2000, ...keeping },
    faults,
    ...more,
  });

describe.each([
  ["rollback", { use: "rollback", attempts: 2 }],
  ["third-replica", { use: "third-replica", attempts: 2 }],
])("a fault that came before the newest checkpoint, under %s", (_name, recovery) => {
  it.each([
    ["one machine", soloOf(), [flipMemory(0)]],
    ["a pair, both of which it struck", pairOf(), [flipMemory(0), flipMemory(1)]],
  ])("stops %s where that checkpoint is the only one", async (_who, replication, flips) => {
    for (const generations of [1, 2]) {
      const { report, text } = await run(
        [...flips, ...memoryCheck],
        { generations },
        { replication, recovery },
      );
      expect(report.stop.reason).toBe("diverged");
      expect(text).toBe("ABCD".slice(0, text.length));
      expect(report.divergences[0]?.demoted ?? []).toHaveLength(generations - 1);
    }
  });

  it.each([
    ["one machine", soloOf(), [flipMemory(0)]],
    ["a pair, both of which it struck", pairOf(), [flipMemory(0), flipMemory(1)]],
  ])("is undone in %s from an older one", async (_who, replication, flips) => {
    const golden = await run([], {}, { replication, recovery });
    const { report, text } = await run(
      [...flips, ...memoryCheck],
      { generations: 3 },
      { replication, recovery },
    );
    expect(text).toBe(golden.text);
    expect(report.stop).toEqual(golden.report.stop);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.divergences).toMatchObject([
      {
        outcome: { kind: "recovered", by: "rollback" },
        demoted: [{ steps: 7500 }, { steps: 5000 }],
        replay: { fromEpoch: 4 },
      },
    ]);
    // From step 2500 to the end of the last epoch that was sent.
    expect(report.divergences[0]?.replay?.steps).toBeGreaterThanOrEqual(CHECK_AT - 2500);
    expect(report.checkpointsKept).toBe(3);
  });
});

describe("a checkpoint that has to prove itself", () => {
  it("is passed over until it has, without a replay", async () => {
    const golden = await run([], {});
    const { report, text } = await run([flipMemory(0), ...memoryCheck], {
      generations: 3,
      cleanSteps: CHECK_AT - FAULT_AT,
    });
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.divergences).toMatchObject([
      {
        outcome: { kind: "recovered", attempts: 1 },
        demoted: [
          { steps: 7500, why: "it is too young to be trusted" },
          { steps: 5000, why: "it is too young to be trusted" },
        ],
        replay: { fromEpoch: 4 },
      },
    ]);
  });

  it("leaves power-on where nothing else has", async () => {
    const { report, text } = await run([flipMemory(0), ...memoryCheck], { cleanSteps: 1_000_000 });
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.divergences).toMatchObject([
      { outcome: { kind: "recovered" }, demoted: [{ steps: 2500 }], replay: { fromEpoch: -1 } },
    ]);
    // One young checkpoint at a time: after the recovery there is one again.
    expect(report).toMatchObject({ checkpoints: 2, checkpointsKept: 2 });
  });
});

describe("what was agreed on before an older checkpoint is replayed", () => {
  it("binds by what left, where one machine claimed the rest", async () => {
    const golden = await run([], {});
    const { report, text } = await run([flipRegister(0), ...registerCheck], { generations: 3 });
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it("binds to the last register, where two replicas agreed", async () => {
    const { report } = await run(
      [flipRegister(0), flipRegister(1), ...registerCheck],
      { generations: 3 },
      { replication: pairOf() },
    );
    expect(report.stop.reason).toBe("diverged");
    expect(report.stop.detail).toContain("differs from what was agreed on");
  });
});

describe("fail-stop", () => {
  it("replays nothing, however many checkpoints there are", async () => {
    const { report } = await run(
      [flipMemory(0), ...memoryCheck],
      { generations: 3 },
      { recovery: { use: "fail-stop" } },
    );
    expect(report.stop.reason).toBe("diverged");
    expect(report.divergences[0]).not.toHaveProperty("replay");
    expect(report.divergences[0]).not.toHaveProperty("demoted");
  });
});
