import { describe, expect, it } from "vitest";
import { STRATEGY_SLOTS, strategiesOf } from "../../../core/report/strategies.ts";

describe("strategies in words", () => {
  it("are those of every slot, with their options", () => {
    const config = {
      replication: { use: "pair", epochSteps: 500 },
      checkpoint: { use: "periodic", everyEpochs: 4, generations: null },
      recovery: { use: "fail-stop" },
    };
    const texts = Object.fromEntries(
      strategiesOf(config).map((text, index) => [STRATEGY_SLOTS[index]![0], text]),
    );
    expect(texts).toMatchObject({
      replication: "pair (epochSteps 500)",
      checkpoint: "periodic (everyEpochs 4, generations null)",
      recovery: "fail-stop",
      voting: "",
    });
  });

  it("are nothing where nothing is known", () => {
    expect(new Set(strategiesOf(undefined))).toEqual(new Set([""]));
  });
});
