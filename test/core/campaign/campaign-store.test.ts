import { describe, expect, it } from "vitest";
import { campaignNameOf, requireShared } from "../../../core/campaign/campaign-store.ts";
import { campaignConfig } from "./campaign-config.ts";

describe("the store of a campaign", () => {
  it("knows it by the name of its directory, of which only the ending is left out", () => {
    expect(["/a/qsort.campaign", "/a/out.1", "out.2"].map(campaignNameOf)).toEqual([
      "qsort",
      "out.1",
      "out.2",
    ]);
  });

  it("has to be one that processes can share, for workers", async () => {
    const alone = await campaignConfig({});
    expect(() => requireShared(alone)).toThrow(
      expect.objectContaining({ code: "XV_ERR_CAMPAIGN_STORE_ALONE", value: "memory" }),
    );
    requireShared(await campaignConfig({ store: "postgres" }));
  });
});
