// What makes results comparable: a campaign goes on only with the same definition, on whatever machine. What says where
// and how fast (directories, stores, workers) is no part of it, nor is the number of experiments: a longer plan of the
// same seed begins with the shorter one.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import type { CampaignConfig } from "../api/campaign.ts";
import type { Config } from "../api/config.ts";
import type { Definition } from "../api/result-store.ts";
import { pluginDigest, softwareDigest } from "../hosts/code-digest.ts";
import { packageVersion } from "../package-root.ts";
import { plainToJson } from "../recording/plain-json.ts";
import { type GoldenFacts, withoutFaults } from "./golden-run.ts";

/** Characters of a digest: enough to tell, few enough to read. */
const SHOWN = 16;

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
  return plain({
    extravirt: packageVersion(),
    software: softwareDigest().slice(0, SHOWN),
    campaign: Object.fromEntries(DEFINING.map((option) => [option, campaign[option]])),
  });
}

/** One variant: its machine, and what it does without faults. */
export function variantDefinition(config: Config, golden: GoldenFacts): Definition {
  const { plugins, ...machine } = withoutFaults(config);
  return plain({
    config: withFileDigests(machine),
    plugins: plugins.map((url) =>
      url.startsWith("file:") ? `${basename(url)} ${pluginDigest(url).slice(0, SHOWN)}` : url,
    ),
    withoutFaults: goldenDigest(golden),
  });
}

/** Of what does not depend on when checkpoints were compared. */
function goldenDigest({ steps, epochs, stop, outputDigest, epochEnds }: GoldenFacts): string {
  const text = JSON.stringify([steps, epochs, stop, outputDigest, epochEnds]);
  return createHash("sha256").update(text).digest("hex").slice(0, SHOWN);
}

/** Files count with their content, wherever they lie. */
function withFileDigests(value: unknown): unknown {
  if (typeof value === "string") return isAbsolute(value) ? fileText(value) : value;
  if (Array.isArray(value)) return value.map(withFileDigests);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withFileDigests(item)]),
  );
}

function fileText(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return path;
  return `${basename(path)} ${fileDigest(path).slice(0, SHOWN)}`;
}

/** Disks may be larger than memory. */
function fileDigest(path: string): string {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(1 << 20);
  const file = openSync(path, "r");
  try {
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

function plain(value: unknown): Definition {
  return JSON.parse(plainToJson(value)) as Definition;
}
