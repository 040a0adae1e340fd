import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepCosts, type KeptCosts, readCosts } from "../../../core/report/kept-costs.ts";
import { temporaryFiles } from "../config/temporary-files.ts";
import { sampleReport } from "./sample-report.ts";

describe("costs that are kept", () => {
  it("are read as they were, and need not be there", async () => {
    const directory = await temporaryFiles({});
    expect(await readCosts(directory)).toBeUndefined();
    const { host, variants } = await sampleReport();
    const costs: KeptCosts = {
      host: host!,
      variants: Object.fromEntries(variants.map(({ name, costs: own }) => [name, own!])),
    };
    await keepCosts(directory, costs);
    expect(await readCosts(directory)).toEqual(costs);
  });

  it.each(["", "{", "[]", "null", '{"host":{},"variants":{}}'])(
    "are refused where the file has %j in it",
    async (text) => {
      const directory = await temporaryFiles({ "costs.json": text });
      await expect(readCosts(directory)).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_COSTS",
        place: join(directory, "costs.json"),
        remedy: expect.stringContaining("Delete the file"),
      });
    },
  );
});
