import { describe, expect, it } from "vitest";
import { COMBINATIONS } from "../../../bench/strategies/combinations.ts";
import { FAULT_CLASSES } from "../../../bench/strategies/fault-classes.ts";
import { measureSurvival } from "../../../bench/strategies/survival.ts";

const combination = (wanted: string) => COMBINATIONS.find(({ name }) => name === wanted)!;
const faultClass = (wanted: string) => FAULT_CLASSES.find(({ name }) => name === wanted)!;

describe("survival", { timeout: 60_000 }, () => {
  it("of a crash depends on the recovery", async () => {
    const crash = faultClass("crash");
    expect(await measureSurvival(combination("solo, fail-stop"), crash, 2)).toEqual({
      right: 0,
      stopped: 2,
      wrong: 0,
    });
    expect(await measureSurvival(combination("pair, third-replica (default)"), crash, 2)).toEqual({
      right: 2,
      stopped: 0,
      wrong: 0,
    });
  });

  it("of wrong results shows what a machine without replication lets out", async () => {
    const result = faultClass("result");
    const alone = await measureSurvival(combination("solo, fail-stop"), result, 20);
    expect(alone.wrong).toBeGreaterThan(0);
    const pair = await measureSurvival(combination("pair, third-replica (default)"), result, 20);
    expect(pair).toEqual({ right: 20, stopped: 0, wrong: 0 });
  });
});
