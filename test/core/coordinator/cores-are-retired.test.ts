// Cores that err for good, as far as a run lasts: what is found out about them, what is done, and that it is the same
// wherever replicas run and however messages are delayed.
import { describe, expect, it } from "vitest";
import type { CoreDiagnosed, CoreRetired, FaultConfig, SlotConfig } from "../../../core/index.ts";
import { isTrial } from "../../../core/coordinator/replica-set.ts";
import { LETTERS, pairOf, runToy, tripleOf, type ToyResult } from "./toy-run.ts";

const TEXT = "ABCDEFGHIJ";
const REPLAY = { use: "replay", replays: 2, blames: 2, withinSteps: 1e9 };
const REPAIR = { use: "repair", attempts: 3 };

/** A register that is struck again and again. */
const broken = (core: number, at: number): FaultConfig => ({
  use: "register-bit-flip",
  register: "r2",
  bit: 4,
  core,
  at,
  repeat: { times: 500, everySteps: 90 },
});
const upset = (core: number, at: number): FaultConfig => ({
  use: "register-bit-flip",
  register: "r2",
  bit: 4,
  core,
  at,
});

interface Run {
  readonly faults: readonly FaultConfig[];
  readonly cores?: number;
  readonly replication?: SlotConfig;
  readonly recovery?: SlotConfig;
  readonly coreDiagnosis?: SlotConfig;
  readonly placement?: string;
  readonly jitterMs?: number;
}

interface Result extends ToyResult {
  readonly diagnosed: readonly CoreDiagnosed[];
  readonly retired: readonly CoreRetired[];
  readonly verdicts: readonly string[];
}

async function run(one: Run): Promise<Result> {
  const diagnosed: CoreDiagnosed[] = [];
  const retired: CoreRetired[] = [];
  const result = await runToy({
    source: LETTERS,
    cores: 4,
    coreDiagnosis: REPLAY,
    ...one,
    onVmm: ({ hooks }) => {
      hooks.coreDiagnosed.tap("test", (found) => void diagnosed.push(found));
      hooks.coreRetired.tap("test", (core) => void retired.push(core));
    },
  });
  expect(TEXT.startsWith(result.text)).toBe(true);
  const verdicts = diagnosed.map(({ core, verdict }) => `${core} ${verdict}`);
  return { ...result, diagnosed, retired, verdicts };
}

describe("a core that errs again and again", { timeout: 60_000 }, () => {
  it.each(["third-replica", "rollback"])("is retired after %s, and left", async (use) => {
    const { report, text, retired, verdicts } = await run({
      faults: [broken(1, 2000)],
      recovery: { use, attempts: 3 },
    });
    expect(text).toBe(TEXT);
    expect(verdicts).toContain("1 permanent");
    expect(retired).toEqual([{ core: 1, why: "a permanent fault, wrong in 2 of 2 replays" }]);
    expect(report.cores[1]).toMatchObject({ permanent: 1, retired: { epoch: 4, steps: 2500 } });
    expect(report.divergences[0]?.diagnoses).toHaveLength(verdicts.length);
    expect(report.cores.filter((core) => core.retired !== undefined)).toHaveLength(1);
  });

  it("is tried from the blame on that the option says", async () => {
    const coreDiagnosis = { ...REPLAY, tryFrom: 2 };
    const { report, text, verdicts } = await run({
      faults: [broken(1, 2000)],
      recovery: REPAIR,
      coreDiagnosis,
    });
    expect(text).toBe(TEXT);
    expect(verdicts).toEqual(["1 untried", "1 permanent"]);
    expect(report.cores[1]).toMatchObject({ blames: 2, untried: 1, permanent: 1 });
    expect(report.cores[1]?.retired?.why).toBe("a permanent fault, wrong in 2 of 2 replays");
    // An upset is remembered, and nothing executed for it.
    const upsetOnly = await run({ faults: [upset(1, 2000)], coreDiagnosis });
    expect(upsetOnly.verdicts).toEqual(["1 untried"]);
    expect(upsetOnly.retired).toEqual([]);
  });

  it("is left by a replica that was repaired there", async () => {
    const { text, retired } = await run({ faults: [broken(0, 2000)], recovery: REPAIR });
    expect(text).toBe(TEXT);
    expect(retired).toMatchObject([{ core: 0, movedTo: expect.any(Number) as number }]);
    expect(retired[0]?.movedTo).not.toBe(0);
  });

  it("is found although it is a spare one, and another spare one taken", async () => {
    const { report, text, verdicts } = await run({ faults: [broken(2, 0), upset(0, 2000)] });
    expect(text).toBe(TEXT);
    expect(verdicts).toEqual(["0 transient", "2 permanent"]);
    expect(report.divergences[0]?.outcome).toMatchObject({ attempts: 2, blamed: [0] });
  });

  it("is neither tried nor left without a diagnosis, and counted", async () => {
    const { report, diagnosed } = await run({
      faults: [upset(1, 2000)],
      coreDiagnosis: { use: "none" },
    });
    expect(diagnosed).toEqual([]);
    expect(report.cores[1]).toEqual({
      core: 1,
      blames: 1,
      permanent: 0,
      intermittent: 0,
      transient: 0,
      unclear: 0,
      untried: 0,
    });
  });
});

describe("a core on which a recovery executed the stretch again", { timeout: 60_000 }, () => {
  it("needs no other trial", async () => {
    const trials: number[] = [];
    const flip = { use: "register-bit-flip", register: "r2" };
    const { report, text } = await runToy({
      source: LETTERS,
      replication: pairOf(),
      coreDiagnosis: REPLAY,
      recovery: { use: "third-replica", attempts: 3 },
      // Both are wrong, each in its own way: everything is rolled back to cores 0 and 1.
      faults: [
        { ...flip, core: 0, at: 2000, bit: 3 },
        { ...flip, core: 1, at: 2010, bit: 4 },
      ],
      onVmm: ({ hooks }) => {
        hooks.replicaStarted.tap("test", ({ replica, core }) => {
          if (isTrial(replica)) trials.push(core);
        });
      },
    });
    expect(text).toBe(TEXT);
    expect(report.divergences.map(({ outcome }) => outcome)).toMatchObject([{ by: "rollback" }]);
    // That of the witnesses, which came out useless.
    expect(new Set(trials)).toEqual(new Set([2]));
  });
});

describe("without a healthy core for another replica", { timeout: 60_000 }, () => {
  it.each([
    ["third-replica", { use: "third-replica", attempts: 3 }],
    ["repair", REPAIR],
  ])("two of three go on under %s", async (_, recovery) => {
    const { report, text } = await run({
      cores: 3,
      replication: tripleOf(),
      recovery,
      faults: [broken(0, 2000)],
    });
    expect(text).toBe(TEXT);
    expect(report.cores[0]?.retired).toBeDefined();
    expect(report.divergences).toHaveLength(1);
  });

  it("a pair stops, and says why", async () => {
    const { report, text, retired } = await run({
      cores: 3,
      faults: [broken(0, 2000), broken(1, 7000)],
    });
    expect(text).not.toBe(TEXT);
    expect(retired.map(({ core }) => core)).toEqual([0]);
    expect(report.stop.reason).toBe("diverged");
    expect(report.stop.detail).toContain(
      "no healthy core was free for a witness: of 3, 0 is retired",
    );
  });

  it("a pair stops when its replica has to leave a core and there is none to go to", async () => {
    // Struck so seldom that it is executed again with success, and blamed once too often.
    const seldom = { ...upset(0, 1900), repeat: { times: 100, everySteps: 4100 } };
    const { report, retired } = await run({
      cores: 2,
      faults: [seldom],
      coreDiagnosis: { ...REPLAY, blames: 1, replays: 6 },
    });
    expect(report.stop.reason).toBe("diverged");
    expect(retired).toMatchObject([{ core: 0, movedTo: "nowhere" }]);
    expect(report.stop.detail).toMatch(/^core 0 is retired .* 1 of 2 replicas could go on$/);
  });
});

describe("what is found out", { timeout: 120_000 }, () => {
  const story = ({ report, diagnosed, retired }: Result): unknown => ({
    diagnosed,
    retired,
    cores: report.cores,
    outcomes: report.divergences.map(({ divergence, outcome }) => [divergence.epoch, outcome]),
    faults: report.faults.map(({ step, replica, core }) => [step, replica, core]),
    finalState: report.finalState,
  });

  it.each([
    ["third-replica", { use: "third-replica", attempts: 3 }],
    ["repair", REPAIR],
  ])("is the same on any host under %s", async (_, recovery) => {
    const faults = [
      { ...upset(1, 1900), repeat: { times: 40, everySteps: 2600 } },
      upset(0, 5000),
      broken(3, 9000),
    ];
    const replication = pairOf({ runAheadEpochs: 4 });
    const first = await run({ faults, recovery, replication });
    expect(first.text).toBe(TEXT);
    expect(first.diagnosed.length).toBeGreaterThan(1);
    for (const placement of ["inline", "worker-threads"]) {
      const again = await run({ faults, recovery, replication, placement, jitterMs: 2 });
      expect(story(again)).toEqual(story(first));
    }
  });
});
