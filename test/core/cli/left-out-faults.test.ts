import { describe, expect, it } from "vitest";
import { leftOutText } from "../../../core/cli/left-out-faults.ts";
import { loadCampaign } from "../campaign/load-campaign.ts";
import { capture } from "./capture-io.ts";

describe("faults that a campaign leaves out", () => {
  it("are named once, whoever of the configs has them", async () => {
    const plain = await loadCampaign({});
    const faults = [{ use: "worker-crash", at: 10, replica: 0 }];
    const faulty = await loadCampaign({}, { faults });
    expect(leftOutText([plain])).toBeUndefined();
    expect(leftOutText([plain, faulty, faulty])).toBe(
      "`faults` of the config are left out: a campaign injects the faults that it draws",
    );
  });

  it.each(["run", "status", "export --out x.csv", "report", "rerun 1"])(
    "can't be given to campaign %s",
    async (command) => {
      const words = `campaign ${command} x.yaml --fault worker-crash:replica=0,at=1`.split(" ");
      const { err, code } = await capture(words);
      expect(err).toContain("unknown option '--fault'");
      expect(code).toBe(2);
    },
  );
});
