import { describe, expect, it } from "vitest";
import type { CoreDiagnosed, CoreFinding, DiagnosisMechanism } from "../../../core/index.ts";
import { replay } from "../../../plugins/core-diagnosis/replay.ts";

interface Case {
  /** Whether successive trials are right. */
  readonly trials: readonly (boolean | "inconclusive")[];
  readonly history?: readonly Partial<CoreDiagnosed>[];
  readonly options?: object;
  readonly steps?: number;
  readonly replicas?: number;
  readonly mechanism?: Partial<Omit<DiagnosisMechanism, "replay">>;
}

/** Of core 1. */
async function diagnose(one: Case): Promise<CoreFinding & { readonly cores: readonly number[] }> {
  const trials = [...one.trials];
  const cores: number[] = [];
  const { diagnose: run } = replay.create({
    tryFrom: 1,
    replays: 2,
    blames: 3,
    withinSteps: 1000,
    ...one.options,
  });
  const finding = await run!(
    {
      core: 1,
      replica: 4,
      epoch: 9,
      steps: one.steps ?? 1000,
      replicas: one.replicas ?? 2,
      history: (one.history ?? []).map((known) => ({ ...TRANSIENT, ...known })),
    },
    {
      isStretchSound: true,
      otherCore: 3,
      ...one.mechanism,
      replay: (core) => {
        cores.push(core);
        const came = trials.shift()!;
        if (came === "inconclusive") {
          const detail = "its host was not heard";
          return Promise.resolve({ core, isRight: false, isInconclusive: true, detail });
        }
        const isRight = came;
        return Promise.resolve({ core, isRight, detail: isRight ? "" : "epoch 8 differs" });
      },
    },
  );
  expect(trials, "trials not made").toEqual([]);
  return { ...finding, cores };
}

const TRANSIENT: CoreDiagnosed = {
  core: 1,
  replica: 1,
  epoch: 2,
  steps: 500,
  verdict: "transient",
  replays: 1,
  wrong: 0,
  why: "",
};
const times = (count: number, known: Partial<CoreDiagnosed>): Partial<CoreDiagnosed>[] =>
  Array.from({ length: count }, () => known);

describe("a core that errs again each time", () => {
  it("has a permanent fault, and is retired at once", async () => {
    expect(await diagnose({ trials: [false, false] })).toEqual({
      verdict: "permanent",
      replays: 2,
      wrong: 2,
      why: "wrong in 2 of 2 replays",
      retire: "a permanent fault, wrong in 2 of 2 replays",
      cores: [1, 1],
    });
  });

  it("is told by as many executions as the option says", async () => {
    const one = await diagnose({ trials: [false], options: { replays: 1 } });
    expect(one).toMatchObject({ verdict: "permanent", why: "wrong in 1 of 1 replay" });
    const four = await diagnose({ trials: [false, false, false, true], options: { replays: 4 } });
    expect(four).toMatchObject({ verdict: "intermittent", wrong: 3, replays: 4 });
  });
});

describe("a core that is right again", () => {
  it("had a transient fault, which one execution shows where it was never blamed", async () => {
    const finding = await diagnose({ trials: [true] });
    expect(finding).toMatchObject({ verdict: "transient", replays: 1, wrong: 0 });
    expect(finding.retire).toBeUndefined();
  });

  it("is tried as often as the option says where it was blamed before", async () => {
    const history = [TRANSIENT];
    expect(await diagnose({ trials: [true, false], history })).toMatchObject({
      verdict: "intermittent",
      wrong: 1,
    });
    expect(await diagnose({ trials: [true, true], history })).toMatchObject({ replays: 2 });
    // Not by blame of others, of long ago, or that was found to be none.
    await diagnose({ trials: [true], history: [{ core: 2 }] });
    await diagnose({ trials: [true], history, steps: 1501 });
    await diagnose({ trials: [true], history: [{ verdict: "unclear" }] });
  });
});

describe("a core that is tried from its second blame on", () => {
  const options = { tryFrom: 2 };

  it("is not tried at the first one, not even elsewhere", async () => {
    const mechanism = { isStretchSound: false };
    expect(await diagnose({ trials: [], options, mechanism })).toEqual({
      verdict: "untried",
      replays: 0,
      wrong: 0,
      why: "blame 1, tried from blame 2 on",
      cores: [],
    });
  });

  it("is tried at the second one as often as the option says", async () => {
    const history = [{ verdict: "untried" as const }];
    expect(await diagnose({ trials: [false, false], options, history })).toMatchObject({
      verdict: "permanent",
      retire: "a permanent fault, wrong in 2 of 2 replays",
    });
    expect(await diagnose({ trials: [true, true], options, history })).toMatchObject({
      verdict: "transient",
    });
  });

  it("counts its own blame alone, of late, and not what was not its fault", async () => {
    const untried = { verdict: "untried" as const };
    const first = { options, trials: [] };
    expect(await diagnose({ ...first, history: [{ ...untried, core: 2 }] })).toMatchObject(untried);
    expect(await diagnose({ ...first, history: [untried], steps: 1501 })).toMatchObject(untried);
    expect(await diagnose({ ...first, history: [{ verdict: "unclear" }] })).toMatchObject(untried);
  });

  it("has no intermittent fault for having been blamed, and counts in what chance explains", async () => {
    const history = times(2, { verdict: "untried" });
    const third = await diagnose({ trials: [true, false], options, history });
    expect(third).toMatchObject({ verdict: "intermittent" });
    expect(third.retire).toBeUndefined();
    const many = times(19, { verdict: "untried" });
    expect((await diagnose({ trials: [true, true], options, history: many })).retire).toContain(
      "more than chance explains",
    );
  });
});

describe("the budget of a core", () => {
  const known = (count: number): Partial<CoreDiagnosed>[] =>
    times(count, { verdict: "intermittent" });

  it("is so many intermittent faults", async () => {
    expect((await diagnose({ trials: [true, false], history: known(1) })).retire).toBeUndefined();
    const third = await diagnose({ trials: [true, false], history: known(2) });
    expect(third.retire).toBe("intermittent faults, 3 within 1,000 steps");
    // One that is transient does not use it up, nor do those of long ago.
    expect((await diagnose({ trials: [true, true], history: known(2) })).retire).toBeUndefined();
    const late = await diagnose({ trials: [false, true], history: known(2), steps: 1501 });
    expect(late).toMatchObject({ verdict: "intermittent" });
    expect(late.retire).toBeUndefined();
  });

  it("is not used up by transient faults that strike all cores", async () => {
    const history = times(400, {}).map((_, index) => ({ core: index % 4 }));
    expect((await diagnose({ trials: [true, true], history })).retire).toBeUndefined();
  });

  it("is used up by transient faults that strike this core alone", async () => {
    const few = await diagnose({ trials: [true, true], history: times(18, {}) });
    expect(few.retire).toBeUndefined();
    const many = await diagnose({ trials: [true, true], history: times(19, {}) });
    expect(many.retire).toBe("20 of 20 faults within 1,000 steps, more than chance explains");
    // Where there is only one, nothing else can be struck.
    const solo = await diagnose({ trials: [true, true], history: times(99, {}), replicas: 1 });
    expect(solo.retire).toBeUndefined();
  });
});

describe("a stretch that nobody executed elsewhere", () => {
  const mechanism = { isStretchSound: false };

  it("is executed on another core first", async () => {
    const finding = await diagnose({ trials: [true, false, false], mechanism });
    expect(finding).toMatchObject({ verdict: "permanent", cores: [3, 1, 1] });
  });

  it("says nothing about the core when it goes wrong there, too", async () => {
    const finding = await diagnose({ trials: [false], mechanism });
    expect(finding).toMatchObject({ verdict: "unclear", replays: 0, cores: [3] });
    expect(finding.why).toBe("the stretch goes wrong on core 3, too: epoch 8 differs");
    expect(finding.retire).toBeUndefined();
  });

  it("is taken to be sound where no other core is free: those that go on were right in it", async () => {
    const alone = { ...mechanism, otherCore: undefined };
    expect(await diagnose({ trials: [true], mechanism: alone })).toMatchObject({
      verdict: "transient",
      cores: [1],
    });
  });
});

describe("a replay that tells nothing", () => {
  it.each([
    ["at first", { trials: ["inconclusive"] }, 0],
    ["after one that went wrong", { trials: [false, "inconclusive"] }, 1],
  ] as const)("leaves the core in use (%s)", async (_when, one, wrong) => {
    const finding = await diagnose(one);
    expect(finding).toMatchObject({
      verdict: "unclear",
      replays: wrong,
      wrong,
      why: "a replay told nothing: its host was not heard",
    });
    expect(finding.retire).toBeUndefined();
  });

  it("counts against no core where it was made for comparison", async () => {
    const finding = await diagnose({
      trials: ["inconclusive"],
      mechanism: { isStretchSound: false },
    });
    expect(finding).toMatchObject({ verdict: "unclear", replays: 0, cores: [3] });
    expect(finding.why).toBe(
      "what the stretch comes to on core 3 is not known: its host was not heard",
    );
  });
});
