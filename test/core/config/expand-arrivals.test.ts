import { describe, expect, it } from "vitest";
import { expandArrivals } from "../../../core/config/expand-arrivals.ts";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import type { FaultArrivalProvider, FaultConfig } from "../../../core/index.ts";
import { createPluginHost } from "../../../core/plugin-host/load-registry.ts";
import type { PluginHost } from "../../../core/plugin-host/load-registry.ts";
import { loadBuiltInPlugins } from "../../../core/plugin-host/built-in-plugins.ts";
import { expectProblem, failureOf } from "./expect-problem.ts";

const content = (arrivals: readonly object[]): object => ({
  machine: { platform: "toy", ram: "256 KiB", boot: { use: "toy-program", source: "li r1 1" } },
  limits: { steps: 100_000 },
  faultArrivals: arrivals,
});

const random = { use: "random", faultsPerBillionSteps: 50_000 };

/** A provider that expands to what its test says. */
function hostWith(expand: FaultArrivalProvider["expand"]): () => Promise<PluginHost> {
  const scripted: FaultArrivalProvider = {
    kind: "fault-arrival",
    name: "scripted",
    summary: "For tests",
    schema: { type: "object", properties: {}, additionalProperties: false },
    expand,
  };
  return async () =>
    createPluginHost([
      ...(await loadBuiltInPlugins()),
      { name: "scripted", apiVersion: 1, provide: (registry) => registry.register(scripted) },
    ]);
}

describe("expandArrivals", () => {
  it("gives the same records for the same config", async () => {
    const { config, registry } = await loadConfigObject(content([random]));
    const records = expandArrivals(config, registry);
    expect(records.length).toBeGreaterThan(2);
    expect(expandArrivals(config, registry)).toEqual(records);
    expect(records.every(({ at }) => at < 100_000)).toBe(true);
  });

  it("tells providers about the machine", async () => {
    const seen: unknown[] = [];
    const openHost = hostWith((_options, target) => {
      seen.push(target);
      return [];
    });
    await loadConfigObject(
      { ...content([{ use: "scripted" }]), replication: "solo" },
      { openHost },
    );
    expect(seen[0]).toMatchObject({
      harts: 1,
      ramBase: 0,
      ramBytes: 262_144,
      busyCores: 1,
      cores: 2,
      stepLimit: 100_000,
      stepsPerSecond: 1e9,
    });
    expect(seen[0]).toHaveProperty("registers.length", 17);
  });

  it("orders the records of several arrivals by step", async () => {
    const { config, registry } = await loadConfigObject(content([random, { ...random, seed: 2 }]));
    const steps = expandArrivals(config, registry).map(({ at }) => at);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it("names the place of an option that cannot be met", async () => {
    const impossible = { use: "random", faultsPerBillionSteps: 0, count: 2 };
    expectProblem(await failureOf(loadConfigObject(content([random, impossible]))), {
      code: "XV_ERR_ARRIVAL_RATE",
      place: "config: faultArrivals[1].faultsPerBillionSteps",
      value: "0",
      remedy: "Write a positive rate",
    });
  });

  it("fills in the defaults of models, so that a record is complete", async () => {
    const record: FaultConfig = {
      use: "register-bit-flip",
      core: 0,
      at: 3,
      register: "r1",
      bit: 2,
    };
    const options = { openHost: hostWith(() => [record]) };
    const { config, registry } = await loadConfigObject(content([{ use: "scripted" }]), options);
    expect(expandArrivals(config, registry)).toEqual([{ ...record, width: 1 }]);
    expect(record).not.toHaveProperty("width");
  });

  it("refuses a record that its model refuses", async () => {
    const record: FaultConfig = { use: "register-bit-flip", replica: 0, at: 3, register: "r1" };
    const openHost = hostWith(() => [record]);
    expectProblem(await failureOf(loadConfigObject(content([{ use: "scripted" }]), { openHost })), {
      code: "XV_ERR_ARRIVAL_RECORD",
      message: "bit",
      place: "config: faultArrivals[0].use",
      remedy: "Correct the plugin",
    });
  });

  it.each([
    ["a core that there is not", { core: 7 }, "core can't be 7"],
    ["a replica and a core", { core: 0, replica: 1 }, "a replica and a core"],
    ["no place", {}, "neither a replica nor a core"],
  ])("refuses a record with %s", async (_what, place, message) => {
    const record: FaultConfig = {
      use: "register-bit-flip",
      at: 3,
      register: "r1",
      bit: 0,
      ...place,
    };
    const openHost = hostWith(() => [record]);
    expectProblem(await failureOf(loadConfigObject(content([{ use: "scripted" }]), { openHost })), {
      code: "XV_ERR_ARRIVAL_RECORD",
      message,
      place: "config: faultArrivals[0].use",
      remedy: "Correct the plugin",
    });
  });

  it("names the place of what the user fixed of a model", async () => {
    const models = [{ use: "register-bit-flip", core: 0 }];
    expectProblem(await failureOf(loadConfigObject(content([{ ...random, models }]))), {
      code: "XV_ERR_ARRIVAL_MODEL_OPTIONS",
      place: "config: faultArrivals[0].models[0].core",
      value: "0",
      remedy: "Remove it",
    });
  });
});
