// What makes results comparable: a campaign goes on only with the same definition, on whatever machine. What says where
// and how fast (directories, stores, workers) is no part of it, nor is the number of experiments: a longer plan of the
// same seed begins with the shorter one. With a precision it is: it says how often results are looked at, and so how wide
// intervals are.
import { createHash } from "node:crypto";
import type { CampaignConfig } from "../api/campaign.ts";
import type { Config } from "../api/config.ts";
import type { Definition } from "../api/result-store.ts";
import { softwareDigest } from "../hosts/code-digest.ts";
import { packageVersion } from "../package-root.ts";
import { plainToJson } from "../recording/plain-json.ts";
import type { GoldenFacts } from "./golden-run.ts";
import { machineDefinition, SHOWN } from "./machine-definition.ts";

const DEFINING = [
  "mode",
  "seed",
  "precision",
  "sampling",
  "models",
  "registerGroups",
  "fromStep",
  "untilStep",
  "hangFactor",
] as const satisfies readonly (keyof CampaignConfig)[];

/** What holds for all variants of a campaign. */
export function campaignDefinition(campaign: CampaignConfig): Definition {
  const options =
    campaign.precision === undefined ? DEFINING : [...DEFINING, "experiments" as const];
  return plain({
    extravirt: packageVersion(),
    software: softwareDigest().slice(0, SHOWN),
    campaign: Object.fromEntries(options.map((option) => [option, campaign[option]])),
  });
}

/** One variant: its machine, and what it does without faults. */
export function variantDefinition(config: Config, golden: GoldenFacts): Definition {
  return { ...machineOf(config), withoutFaults: goldenDigest(golden) };
}

/** What a variant's definition says of its machine. */
export const machineOf = (config: Config): Definition => plain(machineDefinition(config));

/** Of what does not depend on when checkpoints were compared. */
function goldenDigest({ steps, epochs, stop, outputDigest, epochEnds }: GoldenFacts): string {
  const text = JSON.stringify([steps, epochs, stop, outputDigest, epochEnds]);
  return createHash("sha256").update(text).digest("hex").slice(0, SHOWN);
}

function plain(value: unknown): Definition {
  return JSON.parse(plainToJson(value)) as Definition;
}
