import { describe, expect, it } from "vitest";
import { join, resolve } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import type { CampaignFile } from "../../../core/index.ts";
import { loadConfig, loadConfigObject } from "../../../core/config/load-config.ts";
import type { LoadedConfig, LoadOptions } from "../../../core/config/load-config.ts";
import { guestFile } from "../../e2e/guest-run.ts";

const machine = { boot: { use: "elf", program: guestFile("small") } };

const load = (campaign?: CampaignFile, options: LoadOptions = {}): Promise<LoadedConfig> =>
  loadConfigObject({ machine, ...(campaign !== undefined && { campaign }) }, options);

describe("the section campaign", () => {
  it("is there where somebody asks for it only", async () => {
    expect((await load()).config.campaign).toBeUndefined();
    const asked = await load(undefined, { base: { campaign: {} }, cwd: "/somewhere" });
    expect(asked.config.campaign).toEqual({
      mode: "against-golden",
      seed: 1,
      experiments: 1000,
      confidence: 0.95,
      sampling: { use: "uniform" },
      fromStep: 0,
      hangFactor: 3,
      store: expect.objectContaining({ use: "pglite" }),
      directory: "/somewhere/config.campaign",
    });
  });

  it("says what differs from the defaults", async () => {
    const { config } = await load({ precision: { halfWidth: 0.01 }, models: ["memory-bit-flip"] });
    expect(config.campaign).toMatchObject({
      precision: { halfWidth: 0.01, confidence: 0.95 },
      models: ["memory-bit-flip"],
    });
  });

  it("keeps its directory beside the config, or where the config says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "extravirt-campaign-"));
    try {
      const inner = join(folder, "inner.json");
      writeFileSync(inner, JSON.stringify({ machine, campaign: { seed: 7 } }));
      const outer = join(folder, "outer.json");
      writeFileSync(outer, JSON.stringify({ extends: "./inner.json", campaign: { seed: 8 } }));
      const { config } = await loadConfig("outer.json", { cwd: folder });
      expect(config.campaign).toMatchObject({ seed: 8, directory: join(folder, "outer.campaign") });
      const overrides = ["campaign.directory=here"];
      const said = await loadConfig(outer, { cwd: tmpdir(), overrides });
      expect(said.config.campaign?.directory).toBe(resolve(tmpdir(), "here"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is taken away by null", async () => {
    const { config } = await load({ seed: 3 }, { overrides: ["campaign=null"] });
    expect(config.campaign).toBeUndefined();
  });

  it.each<[string, CampaignFile, string]>([
    ["a number of experiments", { experiments: 0 }, "campaign.experiments"],
    ["a precision", { precision: { halfWidth: 0.5 } }, "campaign.precision.halfWidth"],
    ["an empty matrix", { matrix: { voting: [] } }, "campaign.matrix.voting"],
    ["a variant without a name", { variants: [{}] as never }, "campaign.variants[0].name"],
    ["a sampling", { sampling: "uniforn" }, "campaign.sampling.use"],
    ["a factor", { hangFactor: 0.5 }, "campaign.hangFactor"],
  ])("refuses %s that makes no sense, and names the place", async (_what, campaign, place) => {
    await expect(load(campaign)).rejects.toMatchObject({
      place: expect.stringContaining(place) as string,
    });
  });
});
