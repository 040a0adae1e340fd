// The section `campaign` of a config: its schema, what stands in it by default, and its values. A config without the
// section has none, except where a command of campaigns loads it.
import { basename, dirname, extname, resolve } from "node:path";
import type { CampaignConfig } from "../api/campaign.ts";
import type { SlotConfig } from "../api/provider.ts";
import { merge } from "./merge-configs.ts";
import { isMap, nodeAt, sourced } from "./sourced-value.ts";
import type { Sourced } from "./sourced-value.ts";

type Schema = Readonly<Record<string, unknown>>;

const SLOT: Schema = {};

export const CAMPAIGN_SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  description: "What `extravirt campaign` injects into this machine, and where it keeps results.",
  properties: {
    name: {
      type: "string",
      minLength: 1,
      maxLength: 100,
      description:
        "Tells campaigns that share a database apart; default: the name of the directory, without .campaign.",
    },
    mode: {
      type: "string",
      enum: ["against-golden", "full"],
      default: "against-golden",
      description:
        "`full` runs the config as it stands for every fault; `against-golden` runs one faulty replica and compares it with what was recorded of the run without faults.",
    },
    seed: {
      type: "integer",
      minimum: 0,
      maximum: 0xffff_ffff,
      default: 1,
      description: "Seed of the sampling.",
    },
    experiments: {
      type: "integer",
      minimum: 1,
      maximum: 100_000_000,
      default: 1000,
      description:
        "Faults injected into each variant, one per experiment; at most, with `precision`.",
    },
    precision: {
      type: "object",
      additionalProperties: false,
      required: ["halfWidth"],
      description: "Ends the campaign once the share of failures is known that well.",
      properties: {
        halfWidth: {
          type: "number",
          exclusiveMinimum: 0,
          exclusiveMaximum: 0.5,
          description: "Half the width of the interval: 0.01 for ± 1 %.",
        },
        confidence: {
          type: "number",
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          default: 0.95,
          description: "Confidence of that interval.",
        },
      },
    },
    confidence: {
      type: "number",
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.95,
      description: "Confidence of intervals and bounds in reports.",
    },
    sampling: SLOT,
    models: {
      type: "array",
      minItems: 1,
      items: {
        type: ["string", "object"],
        required: ["use"],
        properties: { use: { type: "string" }, weight: { type: "number", minimum: 0 } },
      },
      description:
        "Fault models, as names or as maps with `use`, `weight` (1) and options that are not drawn; default: all that strike the machine itself, pass, and can be drawn.",
    },
    registerGroups: {
      type: "array",
      minItems: 1,
      items: { type: "string", enum: ["integer", "float", "control", "pc"] },
      description: "Registers that faults in registers strike; default: all.",
    },
    fromStep: {
      type: "integer",
      minimum: 0,
      default: 0,
      description: "Step before which the first faults come: after a boot, for example.",
    },
    untilStep: {
      type: "integer",
      minimum: 1,
      description: "Step from which on no more faults come; default: the end of the run.",
    },
    hangFactor: {
      type: "number",
      minimum: 1,
      default: 3,
      description:
        "A guest counts as hanging that has not ended after so many times the steps of the run without faults, counted from fromStep on.",
    },
    workers: {
      type: "integer",
      minimum: 1,
      maximum: 1024,
      description: "Experiments at a time; default: one per core of the host.",
    },
    store: SLOT,
    directory: {
      type: "string",
      minLength: 1,
      description:
        "Where the run without faults, results and reports are kept; relative to this file. Default: the name of the config with the ending .campaign.",
    },
    rawFitPerMbit: {
      type: "number",
      exclusiveMinimum: 0,
      description:
        "Raw rate of faults in FIT per 10^6 bits: reports then tell rates of failure and times to failure.",
    },
    matrix: {
      type: "object",
      minProperties: 1,
      additionalProperties: { type: "array", minItems: 1 },
      description:
        "Values to combine, by option: every combination is a variant of `extravirt compare`.",
    },
    variants: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name"],
        properties: { name: { type: "string", pattern: "^[a-z0-9][a-z0-9.+-]*$" } },
      },
      description: "Variants of `extravirt compare`: a name, and the options that differ.",
    },
  },
};

/**
 * @param root all layers, merged
 * @param file the config's own file; a name in its directory where there is none
 * @returns with the defaults of campaigns, where it has that section
 */
export function withCampaignDefaults(root: Sourced, file: string): Sourced {
  if (!isMap(nodeAt(root, ["campaign"]))) return root;
  const name = basename(file, extname(file));
  const defaults = sourced(
    {
      campaign: {
        sampling: { use: "uniform" },
        store: { use: "pglite" },
        directory: `${name}.campaign`,
      },
    },
    { label: "built-in defaults", directory: dirname(file) },
  );
  return merge(defaults, root);
}

type Written = Omit<CampaignConfig, "sampling" | "store" | "directory">;

/** @param written the section, valid, with the defaults of its schema */
export function campaignOf(
  root: Sourced,
  written: Written,
  slots: { readonly sampling: SlotConfig; readonly store: SlotConfig },
): CampaignConfig {
  const node = nodeAt(root, ["campaign", "directory"])!;
  const directory = resolve(node.origin.directory, String(node.value));
  return { ...written, ...slots, directory };
}
