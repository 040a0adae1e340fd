import { describe, expect, it } from "vitest";
import { machineOf } from "../../../core/campaign/campaign-definition.ts";
import { campaignRecordOf } from "../../../core/campaign/campaign-store.ts";
import { openKept } from "../../../core/campaign/open-kept.ts";
import type { LoadedConfig } from "../../../core/config/load-config.ts";
import type { ResultStoreProvider } from "../../../core/index.ts";
import { loadCampaign } from "./load-campaign.ts";

interface Kept {
  readonly loaded: LoadedConfig;
  readonly variants?: readonly string[];
  readonly origin?: string;
}

/** The config, with a store in which another one's campaign is kept. */
async function reading(campaign: object, { loaded, variants = ["base"], origin }: Kept) {
  let isClosed = false;
  const store: ResultStoreProvider = {
    kind: "result-store",
    name: "kept",
    summary: "For tests",
    schema: { type: "object", properties: {}, additionalProperties: false },
    isShared: true,
    open: async (_options, { campaign: asked }) => {
      const kept = { ...campaignRecordOf(loaded), origin: origin ?? asked.origin! };
      const definition = { ...machineOf(loaded.config), withoutFaults: "a1b2" };
      return {
        campaign: kept,
        variants: async () => variants.map((name) => ({ name, definition, facts: {} })),
        close: async () => {
          isClosed = true;
        },
      } as unknown as Awaited<ReturnType<ResultStoreProvider["open"]>>;
    },
  };
  const now = await loadCampaign({ ...campaign, store: "kept" }, {}, [store]);
  const notes: string[] = [];
  const opened = openKept(new Map([["base", now]]), (note) => notes.push(note));
  return { opened, notes, isClosed: () => isClosed };
}

describe("what is kept of a campaign, opened to be read", () => {
  it("is no matter for words where the config is the same, wherever that is", async () => {
    const { opened, notes } = await reading({}, { loaded: await loadCampaign({}), origin: "b:/x" });
    expect((await opened).changes).toEqual([]);
    expect(notes).toEqual([]);
  });

  it("says what the config that was named has otherwise", async () => {
    const loaded = await loadCampaign({ seed: 7 }, { replication: "triple" });
    const { opened, notes } = await reading({}, { loaded, variants: ["base", "old"] });
    const { changes } = await opened;
    expect(changes).toEqual(
      expect.arrayContaining([
        "campaign.seed: 7 before, 1 now",
        expect.stringMatching(/^variant base: config.replication.use: "triple" before, "pair" now/),
        "variant old: none of the config's any more",
      ]),
    );
    expect(notes).toEqual([expect.stringContaining("not the one that was run: campaign.seed: 7")]);
  });

  it("is refused where it is another campaign of the same name", async () => {
    for (const loaded of [
      await loadCampaign({ seed: 7 }),
      await loadCampaign({}, { replication: "triple" }),
    ]) {
      const { opened, isClosed } = await reading({}, { loaded, origin: "elsewhere:/x.campaign" });
      await expect(opened).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_CHANGED",
        remedy: expect.stringMatching(/begun in elsewhere:.x.campaign.*campaign.name/),
      });
      expect(isClosed()).toBe(true);
    }
  });
});
