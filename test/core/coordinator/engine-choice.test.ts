import { describe, expect, it } from "vitest";
import { checkEngines, EngineChoice } from "../../../core/coordinator/engine-choice.ts";
import type { Platform } from "../../../core/index.ts";
import { diverge, oneWrong } from "./diverged-replicas.ts";
import { LETTERS, pairOf, runToy } from "./toy-run.ts";

describe("EngineChoice", () => {
  it("gives a new replica the engine that the fewest have, or the one that is wanted", () => {
    const engines = new EngineChoice({ engines: "diverse" });
    expect(engines.assign(0, [])).toBe("compiled");
    expect(engines.assign(1, [0])).toBe("interpreted");
    expect(engines.assign(2, [0, 1])).toBe("compiled");
    expect(engines.rarest([0, 1, 2])).toEqual(["interpreted", "compiled"]);
    expect(engines.assign(3, [1])).toBe("compiled");
    expect(engines.assign(4, [1], "interpreted")).toBe("interpreted");
    expect([engines.of(1), engines.of(4), engines.of(9)]).toEqual([
      "interpreted",
      "interpreted",
      undefined,
    ]);
  });

  it("says which verdicts rest on one engine alone", () => {
    const engines = new EngineChoice({ engines: "diverse" });
    for (const replica of [0, 1, 2]) engines.assign(replica, [...Array(replica).keys()]);
    const outvoted = (winners: number[], losers: number[]) =>
      engines.partyOf({ kind: "outvoted", winners, losers });
    expect(outvoted([0, 2], [1])).toBe("compiled");
    expect(outvoted([0, 1], [2])).toBeUndefined();
    expect(engines.partyOf({ kind: "agreed" })).toBeUndefined();
    expect(engines.partyOf({ kind: "undecided" })).toBeUndefined();
  });

  it("has nothing to say where all replicas execute alike", () => {
    const engines = new EngineChoice({});
    expect(engines.assign(0, [])).toBeUndefined();
    expect(engines.partyOf({ kind: "outvoted", winners: [0, 1], losers: [2] })).toBeUndefined();
  });
});

describe("diverse engines", () => {
  it("are refused on a platform that has one", async () => {
    const refusal = { code: "XV_ERR_CONFIG_ENGINES", place: "replication.engines" };
    const run = runToy({ source: LETTERS, replication: pairOf({ engines: "diverse" }) });
    await expect(run).rejects.toMatchObject(refusal);
    const platform = { name: "toy" } as Platform;
    expect(() => checkEngines({}, platform)).not.toThrow();
    expect(() =>
      checkEngines({ engines: "diverse" }, { ...platform, hasEngines: true }),
    ).not.toThrow();
  });
});

describe("witnesses of diverse engines", () => {
  it("take turns as witnesses until no engine wins alone", async () => {
    // The interpreted one is wrong: of compiled replicas alone nobody knows that they are right.
    const { session, setups } = await diverge(oneWrong, {}, 2, 1, { engines: "diverse" });
    expect(setups.map(({ engine }) => engine)).toEqual(["compiled", "interpreted"]);
    const first = await session.runWitness();
    expect(first.verdict).toEqual({ kind: "undecided" });
    expect(session.lastFailure).toBe("only compiled replicas agree with each other");
    expect(session.suspects).toEqual([]);
    await session.discard(first.replica);
    const second = await session.runWitness();
    expect(setups.map(({ engine }) => engine).slice(2)).toEqual(["compiled", "interpreted"]);
    expect(second.verdict).toEqual({ kind: "outvoted", winners: [0, 3], losers: [1] });
  });
});
