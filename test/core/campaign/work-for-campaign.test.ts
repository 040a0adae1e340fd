import { describe, expect, it } from "vitest";
import { openCampaignStore } from "../../../core/campaign/campaign-store.ts";
import { runCampaign } from "../../../core/campaign/run-campaign.ts";
import { ONLY_VARIANT } from "../../../core/campaign/variants.ts";
import { workForCampaign } from "../../../core/campaign/work-for-campaign.ts";
import { campaignConfig } from "./campaign-config.ts";

describe("a worker of a campaign", { timeout: 60_000 }, () => {
  it("helps with what is planned later, too, and ends with the plan", async () => {
    const loaded = await campaignConfig({
      store: "shared-memory",
      experiments: 6,
      mode: "against-golden",
    });
    await runCampaign(loaded);
    const store = await openCampaignStore(loaded, "read");
    const [record] = await store.variants();
    const { experiment } = (await store.experiment(ONLY_VARIANT, 0))!;
    const more = (index: number) => store.plan(record!, [[{ ...experiment, index }]]);
    await more(6);

    let looks = 0;
    await workForCampaign(new Map([[ONLY_VARIANT, loaded]]), {
      onProgress(done, planned) {
        if (done < planned) return;
        looks++;
        if (looks === 1) setTimeout(() => void more(7).then(() => store.finishPlan()));
      },
    });
    expect(await store.progress()).toEqual({ planned: 8, done: 8, isPlanned: true });
    expect((await store.experiment(ONLY_VARIANT, 7))?.result).toMatchObject({ index: 7 });
  });
});
