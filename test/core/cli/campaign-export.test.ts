import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";

describe("extravirt campaign export", () => {
  it("knows three formats", async () => {
    const { err, code } = await capture(
      "campaign export configs/quick-start.yaml --out /tmp/x --format xlsx".split(" "),
    );
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_CAMPAIGN_EXPORT");
    expect(err).toContain("csv, json, parquet");
  });

  it("says before anything else that the file can't be written", async () => {
    const { err, code } = await capture(
      "campaign export configs/quick-start.yaml --out /nowhere/results.csv".split(" "),
    );
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_CLI_OUTPUT_FILE");
  });
});
