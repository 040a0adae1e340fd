import { describe, expect, it } from "vitest";
import type { FaultConfig, FaultModel } from "../../../core/index.ts";
import { random } from "../../../plugins/fault-arrivals/random.ts";
import { fakeArrivalTarget } from "./fake-arrival-target.ts";

const target = fakeArrivalTarget();

function expand(options: Readonly<Record<string, unknown>>): readonly FaultConfig[] {
  return random.expand(
    { seed: 1, faultsPerBillionSteps: 1e6, untilSteps: 200_000, ...options },
    target,
  );
}

const usesOf = (faults: readonly FaultConfig[]): string[] =>
  [...new Set(faults.map(({ use }) => use))].toSorted();

describe("random", () => {
  it("mixes all models that strike the machine itself", () => {
    const uses = usesOf(expand({}));
    expect(uses).toEqual(
      expect.arrayContaining(["memory-bit-flip", "register-bit-flip", "result-bit-flip"]),
    );
    expect(uses).not.toContain("worker-crash");
    expect(uses).not.toContain("worker-hang");
  });

  it("leaves permanent faults to those who ask for them", () => {
    const stuck: FaultModel = {
      ...target.model("result-bit-flip"),
      name: "stuck",
      isPermanent: () => true,
    };
    const models = [stuck, target.model("memory-bit-flip")];
    const among = { ...target, models };
    const options = { seed: 1, faultsPerBillionSteps: 1e6, untilSteps: 200_000 };
    expect(usesOf(random.expand(options, among))).toEqual(["memory-bit-flip"]);
  });

  it("draws infrastructure faults where they are asked for", () => {
    expect(usesOf(expand({ models: ["worker-crash"] }))).toEqual(["worker-crash"]);
  });

  it("weighs models and fixes options", () => {
    const faults = expand({
      models: [
        { use: "register-bit-flip", weight: 3, register: "x1" },
        "result-bit-flip",
        { use: "memory-bit-flip", weight: 0 },
      ],
    });
    expect(usesOf(faults)).toEqual(["register-bit-flip", "result-bit-flip"]);
    const registers = faults.filter(({ use }) => use === "register-bit-flip");
    expect(registers.every((fault) => fault["register"] === "x1")).toBe(true);
    expect(registers.length / faults.length).toBeCloseTo(0.75, 0);
    expect(faults[0]).not.toHaveProperty("weight");
  });

  it("keeps to groups of registers", () => {
    const faults = expand({ models: ["register-bit-flip"], registerGroups: ["control"] });
    expect(new Set(faults.map((fault) => fault["register"]))).toEqual(new Set(["priv"]));
  });

  it("brings nothing at a rate of 0, and says so when a count is asked for", () => {
    expect(expand({ faultsPerBillionSteps: 0 })).toEqual([]);
    expect(() => expand({ faultsPerBillionSteps: 0, count: 3 })).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_ARRIVAL_RATE",
        place: "faultsPerBillionSteps",
        value: "0",
      }),
    );
  });

  it("refuses weights that leave nothing to draw", () => {
    expect(() => expand({ models: [{ use: "worker-crash", weight: 0 }] })).toThrow(
      /All models have the weight 0/,
    );
  });

  it("refuses faults that strike no core", () => {
    expect(() => expand({ models: ["checkpoint-bit-flip"] })).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_ARRIVAL_MODEL_OPTIONS",
        place: "models[0]",
        value: "checkpoint-bit-flip",
      }),
    );
  });

  it.each<[string, object, string, string, RegExp]>([
    ["an instant", { at: 5 }, "models[1].at", "5", /is drawn/],
    ["a core", { core: 7 }, "models[1].core", "7", /is drawn/],
    ["a replica", { replica: 1 }, "models[1].replica", "1", /is drawn/],
    ["what the model lacks", { regster: "x5" }, "models[1].regster", '"x5"', /mean "register"/],
    ["a mistyped weight", { wieght: 3 }, "models[1].wieght", "3", /mean "weight"/],
    ["what is out of range", { width: 65 }, "models[1].width", "65", /it must be <= 64/],
    ["a width that no register has", { width: 64, bit: 1 }, "models[1]", '"width":64', /register/],
    ["half of a repetition", { repeat: { times: 2 } }, "models[1].repeat", "times", /everySteps/],
  ])(
    "refuses %s among fixed options, also where nothing arrives",
    (_what, fixed, place, value, message) => {
      const models = ["result-bit-flip", { use: "register-bit-flip", ...fixed }];
      expect(() => expand({ models, faultsPerBillionSteps: 1, untilSteps: 1 })).toThrowError(
        expect.objectContaining({
          code: "XV_ERR_ARRIVAL_MODEL_OPTIONS",
          place,
          value: expect.stringContaining(value),
          message: expect.stringMatching(message),
        }),
      );
    },
  );

  it("refuses a width that nothing of the groups has", () => {
    const models = [{ use: "register-bit-flip", width: 3 }];
    expect(() => expand({ models, registerGroups: ["control"] })).toThrowError(
      expect.objectContaining({ remedy: expect.stringContaining("`width`") }),
    );
  });

  it("brings intermittent faults", () => {
    const repeat = { times: 3, everySteps: 100 };
    const [first] = expand({ models: [{ use: "result-bit-flip", repeat }] });
    expect(first).toMatchObject({ use: "result-bit-flip", repeat });
  });

  it("helps with the name of a model", () => {
    expect(() => expand({ models: ["register-bit-flop"] })).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_CONFIG_UNKNOWN_PROVIDER",
        place: "models[0]",
        value: "register-bit-flop",
        message: expect.stringContaining('Did you mean "register-bit-flip"?'),
      }),
    );
  });
});
