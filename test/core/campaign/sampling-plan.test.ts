import { describe, expect, it } from "vitest";
import { faultSpaceOf } from "../../../core/campaign/fault-space.ts";
import { samplingPlanOf } from "../../../core/campaign/sampling-plan.ts";
import { ExtravirtError } from "../../../core/index.ts";
import type { FaultSamplingProvider } from "../../../core/index.ts";
import { loadCampaign } from "./load-campaign.ts";

const picky: FaultSamplingProvider = {
  kind: "fault-sampling",
  name: "picky",
  summary: "For tests",
  schema: {
    type: "object",
    properties: { step: { type: "integer", default: 3 } },
    additionalProperties: false,
  },
  plan(options) {
    throw new ExtravirtError("XV_ERR_CAMPAIGN_FAULT_SPACE", "No.", {
      place: "step",
      value: String(options["step"]),
      remedy: "Another one.",
    });
  },
};

const GOLDEN = { steps: 500, recording: "never-read" };

describe("samplingPlanOf", () => {
  it("asks the provider for as many faults as the campaign has experiments, by its seed", async () => {
    const planOf = async (seed: number, experiments: number): Promise<unknown[]> => {
      const loaded = await loadCampaign({ seed, experiments });
      const plan = samplingPlanOf(loaded, faultSpaceOf(loaded, GOLDEN));
      return [...plan.experiments];
    };
    const short = await planOf(3, 5);
    expect(short).toHaveLength(5);
    expect((await planOf(3, 9)).slice(0, 5)).toEqual(short);
    expect(await planOf(4, 5)).not.toEqual(short);
  });

  it("says where the option stands that the provider refuses", async () => {
    const loaded = await loadCampaign({ sampling: "picky" }, {}, [picky]);
    const space = faultSpaceOf(loaded, GOLDEN);
    expect(() => samplingPlanOf(loaded, space)).toThrowError(
      expect.objectContaining({
        message: "No.",
        place: expect.stringContaining("campaign.sampling.step"),
        value: "3",
        remedy: "Another one.",
      }),
    );
  });
});
