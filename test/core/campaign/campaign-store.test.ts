import { describe, expect, it } from "vitest";
import { requireShared } from "../../../core/campaign/campaign-store.ts";
import { campaignConfig } from "./campaign-config.ts";

describe("the store of a campaign", () => {
  it("has to be one that processes can share, for workers", async () => {
    const alone = await campaignConfig({});
    expect(() => requireShared(alone)).toThrow(
      expect.objectContaining({ code: "XV_ERR_CAMPAIGN_STORE_ALONE", value: "memory" }),
    );
    requireShared(await campaignConfig({ store: "postgres" }));
  });
});
