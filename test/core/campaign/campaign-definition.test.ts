import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Config } from "../../../core/index.ts";
import {
  campaignDefinition,
  variantDefinition,
} from "../../../core/campaign/campaign-definition.ts";
import type { GoldenFacts } from "../../../core/campaign/golden-run.ts";
import { temporaryFiles } from "../config/temporary-files.ts";
import { campaignConfig } from "./campaign-config.ts";

const GOLDEN: GoldenFacts = {
  steps: 100,
  epochs: 2,
  replicas: 2,
  stop: { reason: "power-off", exitCode: 0 },
  outputDigest: "ab",
  epochEnds: [50, 100],
  checks: [{ epoch: 1, ofEpoch: 0 }],
  released: [],
  answered: [],
};

describe("the definition of a campaign", () => {
  it("has what decides on results in it, and nothing about where, how fast and how many", async () => {
    const definition = async (campaign: object): Promise<unknown> =>
      campaignDefinition((await campaignConfig({ ...campaign })).config.campaign!);
    const first = await definition({ seed: 1 });
    expect(await definition({ seed: 1, workers: 7, directory: "/else", experiments: 9 })).toEqual(
      first,
    );
    expect(await definition({ seed: 2 })).not.toEqual(first);
    expect(await definition({ mode: "full" })).not.toEqual(first);
    expect(await definition({ models: ["register-bit-flip"] })).not.toEqual(first);
  });

  it("has the number of experiments in it where a precision is asked for: it decides on the number of looks", async () => {
    const definition = async (experiments: number): Promise<unknown> => {
      const precision = { halfWidth: 0.12 };
      return campaignDefinition(
        (await campaignConfig({ experiments, precision })).config.campaign!,
      );
    };
    expect(await definition(2000)).toMatchObject({ campaign: { experiments: 2000 } });
    expect(await definition(100)).not.toEqual(await definition(2000));
  });

  it("of a variant names its options and what it does without faults", async () => {
    const { config } = await campaignConfig({});
    const definition = variantDefinition(config, GOLDEN);
    expect(definition).toMatchObject({ config: { checkpoint: { everyEpochs: 4 } } });
    // When replicas were compared depends on how busy the host was.
    expect(variantDefinition(config, { ...GOLDEN, checks: [] })).toEqual(definition);
    expect(variantDefinition(config, { ...GOLDEN, outputDigest: "cd" })).not.toEqual(definition);
    expect(variantDefinition({ ...config, faults: [{ use: "x", at: 1 }] }, GOLDEN)).toEqual(
      definition,
    );
  });

  it("counts files with their content, wherever they lie", async () => {
    const directory = await temporaryFiles({ "kernel.img": "one" });
    const { config } = await campaignConfig({});
    const definitionWith = (path: string): unknown => {
      const boot = { use: "x", kernel: path };
      const changed: Config = { ...config, machine: { ...config.machine, boot } };
      return variantDefinition(changed, GOLDEN);
    };
    const first = definitionWith(join(directory, "kernel.img"));
    const elsewhere = await temporaryFiles({ "kernel.img": "other" });
    expect(definitionWith(join(elsewhere, "kernel.img"))).not.toEqual(first);
    await rename(join(directory, "kernel.img"), join(elsewhere, "kernel.img"));
    expect(definitionWith(join(elsewhere, "kernel.img"))).toEqual(first);
    await writeFile(join(elsewhere, "kernel.img"), "two");
    expect(definitionWith(join(elsewhere, "kernel.img"))).not.toEqual(first);
  });
});
