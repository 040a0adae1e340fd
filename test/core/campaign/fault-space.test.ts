import { describe, expect, it } from "vitest";
import { faultSpaceOf } from "../../../core/campaign/fault-space.ts";
import type { FaultSpace } from "../../../core/index.ts";
import { loadCampaign } from "./load-campaign.ts";

const GOLDEN = { steps: 1000, recording: "never-read" };

async function spaceOf(campaign: object, content?: object): Promise<FaultSpace> {
  return faultSpaceOf(await loadCampaign(campaign, content), GOLDEN);
}

const refused = (details: object): unknown =>
  expect.objectContaining({ code: "XV_ERR_CAMPAIGN_FAULT_SPACE", ...details });

describe("faultSpaceOf", () => {
  it("counts the bits of all RAM and of all registers", async () => {
    const { parts, uses: _uses, ...rest } = await spaceOf({});
    const sites = Object.fromEntries(parts.map(({ name, sites: count }) => [name, count]));
    expect(sites).toMatchObject({
      "memory-bit-flip": 8192 * 8,
      "register-bit-flip/integer": 16 * 32,
      "register-bit-flip/pc": 32,
      "result-bit-flip": 32,
    });
    expect(rest).toEqual({ firstStep: 0, endStep: 1000, replicas: [0, 1] });
  });

  it("leaves out what nobody asked for: faults of the coordinator, of workers, and those that stay", async () => {
    const { parts } = await spaceOf({});
    const names = new Set(parts.map(({ model }) => model.name));
    expect([...names]).toEqual(["memory-bit-flip", "register-bit-flip", "result-bit-flip"]);
  });

  it("divides shares by the weights of models, and within a model by bits", async () => {
    const { parts } = await spaceOf({
      models: [{ use: "register-bit-flip", weight: 3 }, "memory-bit-flip"],
    });
    const shares = Object.fromEntries(parts.map(({ name, share }) => [name, share]));
    expect(shares["memory-bit-flip"]).toBeCloseTo(0.25, 12);
    expect(shares["register-bit-flip/pc"]).toBeCloseTo((0.75 * 32) / 544, 12);
    expect(shares["register-bit-flip/integer"]).toBeCloseTo((0.75 * 512) / 544, 12);
  });

  it.each<[string, object, Record<"message" | "remedy", RegExp>]>([
    [
      "of another kind than the option",
      { bit: "x" },
      { message: /: bit can't be "?x"?\.$/u, remedy: /^Write an integer from 0 to \d+\.$/u },
    ],
    [
      "of an option that there is not",
      { bits: 3 },
      { message: /: there is no option bits\.$/u, remedy: /^Remove it or use one of: .*\bbit\b/u },
    ],
  ])("refuses a fixed value %s in words", async (_what, fixed, { message, remedy }) => {
    const models = [{ use: "result-bit-flip", ...fixed }];
    await expect(spaceOf({ models })).rejects.toEqual(
      refused({
        message: expect.stringMatching(message) as string,
        remedy: expect.stringMatching(remedy) as string,
      }),
    );
  });

  it("numbers every site once, neighbours being bits of one register", async () => {
    const { parts } = await spaceOf({
      models: ["register-bit-flip"],
      registerGroups: ["integer"],
    });
    expect(parts).toHaveLength(1);
    const [part] = parts;
    const sites = Array.from({ length: part!.sites }, (_, index) => part!.siteAt(index));
    expect(sites[33]).toEqual({ register: "r1", bit: 1, width: 1 });
    expect(new Set(sites.map((site) => JSON.stringify(site))).size).toBe(512);
  });

  it("has groups of registers only where the model strikes registers", async () => {
    const { parts } = await spaceOf({
      models: [
        "memory-bit-flip",
        "register-bit-flip",
        { use: "register-bit-flip", register: "r3" },
      ],
      registerGroups: ["integer"],
    });
    expect(parts.map(({ name, group }) => [name, group])).toEqual([
      ["memory-bit-flip", undefined],
      ["register-bit-flip/integer", "integer"],
      ["register-bit-flip", undefined],
    ]);
  });

  it("keeps to fixed options, and to bits of which all that are hit exist", async () => {
    const { parts } = await spaceOf({
      models: [
        { use: "register-bit-flip", register: "r3", width: 4 },
        { use: "register-bit-flip", register: "r4" },
      ],
    });
    expect(parts.map(({ name, sites }) => [name, sites])).toEqual([
      ["register-bit-flip", 29],
      ["register-bit-flip#2", 32],
    ]);
    expect(parts[0]!.siteAt(28)).toEqual({ register: "r3", bit: 28, width: 4 });
  });

  it("knows the replicas and the range of steps of the variant", async () => {
    const {
      parts: _parts,
      uses: _uses,
      ...rest
    } = await spaceOf({ fromStep: 10, untilStep: 1000 }, { replication: "solo" });
    expect(rest).toEqual({ firstStep: 10, endStep: 1000, replicas: [0] });
  });

  it("takes models of the coordinator and of infrastructure where they are named", async () => {
    const { parts } = await spaceOf({
      models: ["worker-crash", { use: "comparison-error", says: "equal" }],
    });
    expect(parts.map(({ name, sites }) => [name, sites])).toEqual([
      ["worker-crash", 1],
      ["comparison-error", 1],
    ]);
    expect(parts[1]!.siteAt(0)).toEqual({ says: "equal", of: "any" });
  });

  it.each([
    ["an empty range", { fromStep: 5, untilStep: 5 }, "untilStep", /range of steps is empty/],
    ["a range after the end", { fromStep: 1000 }, "fromStep", /has ended by then/],
    ["a range that goes on after the end", { untilStep: 1001 }, "untilStep", /beyond the run/],
    ["a model that it can't draw", { models: ["wild-store"] }, "models", /option frame of wild-st/],
    [
      "an unknown model",
      { models: ["register-flip"] },
      "models",
      /Did you mean "register-bit-flip"/,
    ],
    [
      "groups without registers",
      { models: ["register-bit-flip"], registerGroups: ["float"] },
      "models",
      /register/,
    ],
    ["a model beyond the processor", { models: ["branch-flip"] }, "models", /needs a processor/],
    [
      "models that never come",
      { models: [{ use: "result-bit-flip", weight: 0 }] },
      "models",
      /empty/,
    ],
    [
      "an option no model has",
      { models: [{ use: "result-bit-flip", way: 1 }] },
      "models",
      /there is no option way/,
    ],
    [
      "a width no register has",
      { models: [{ use: "register-bit-flip", width: 33 }] },
      "models",
      /no site of the width 33/,
    ],
  ])("refuses %s", async (_what, campaign, option, message) => {
    await expect(spaceOf(campaign)).rejects.toEqual(
      refused({
        message: expect.stringMatching(message),
        place: expect.stringContaining(`campaign.${option}`),
      }),
    );
  });
});
