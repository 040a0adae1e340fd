import { describe, expect, it } from "vitest";
import { repeatCommand } from "../../../core/cli/repeat-command.ts";

describe("repeatCommand", () => {
  it("quotes what a shell would not take as it is", () => {
    expect(repeatCommand("compare", ["a b.yaml", "c.yaml"], { set: ["x.y=3", "boot='q'"] })).toBe(
      String.raw`extravirt compare 'a b.yaml' c.yaml --set x.y=3 --set 'boot='\''q'\'''`,
    );
  });

  it("keeps passwords to itself", () => {
    const set = ["campaign.store.url=postgres://me:se@cret@db:5432/x"];
    expect(repeatCommand("campaign", ["a.yaml"], { set })).toBe(
      "extravirt campaign a.yaml --set 'campaign.store.url=postgres://me:***@db:5432/x'",
    );
  });
});
