// The fault space of a campaign: every site that a fault of its models can strike, before every step of the run without
// faults. What the config asks for and the machine does not have is refused here, before anything runs.
import type { CampaignConfig, CampaignModel } from "../api/campaign.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ErrorDetails } from "../api/extravirt-error.ts";
import type { ArrivalTarget } from "../api/fault-arrival.ts";
import type { FaultModel } from "../api/fault-model.ts";
import type { FaultSpace, SpacePart } from "../api/fault-sampling.ts";
import type { RegisterAccess } from "../api/processor.ts";
import { arrivalTargetOf } from "../config/expand-arrivals.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { drawRemedy } from "../fault-sites/draw-site.ts";
import { isDrawnUnasked, siteOptions } from "../fault-sites/site-options.ts";
import type { SiteRules } from "../fault-sites/site-options.ts";
import { siteSpace } from "../fault-sites/site-space.ts";
import { completeSite } from "./complete-site.ts";
import { registerUses } from "./register-uses.ts";

type Group = RegisterAccess["group"];
type Refuse = (
  option: keyof CampaignConfig,
  message: string,
  details: ErrorDetails,
) => ExtravirtError;

interface WeightedPart extends Omit<SpacePart, "share"> {
  /** Of its model. */
  readonly weight: number;
  /** Sites of its model. */
  readonly modelSites: number;
}

/**
 * @param loaded of a config with a section `campaign`
 * @param golden the run without faults: its steps, and its recording
 * @throws XV_ERR_CAMPAIGN_FAULT_SPACE
 */
export function faultSpaceOf(
  loaded: LoadedConfig,
  golden: { readonly steps: number; readonly recording: string },
): FaultSpace {
  const { config, registry, placeOf } = loaded;
  const campaign = config.campaign!;
  const refuse: Refuse = (option, message, details) =>
    new ExtravirtError("XV_ERR_CAMPAIGN_FAULT_SPACE", message, {
      place: placeOf(["campaign", option]),
      ...details,
    });
  const target = arrivalTargetOf(config, registry);
  const parts = partsOf(campaign, target, refuse);
  const weights = parts.map(({ weight, sites, modelSites }) => (weight * sites) / modelSites);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const range = stepRange(campaign, golden.steps, refuse);
  return {
    ...range,
    uses: () => registerUses(loaded, golden.recording, range.firstStep),
    replicas: Array.from({ length: target.busyCores }, (_, replica) => replica),
    parts: parts.map(({ weight: _weight, modelSites: _sites, ...part }, index) => ({
      ...part,
      share: weights[index]! / whole,
    })),
  };
}

function stepRange(
  { fromStep, untilStep }: CampaignConfig,
  steps: number,
  refuse: Refuse,
): Pick<FaultSpace, "firstStep" | "endStep"> {
  const count = steps.toLocaleString("en");
  if (fromStep >= steps) {
    throw refuse("fromStep", "No fault could come: the run without faults has ended by then.", {
      value: String(fromStep),
      remedy: `Write a step below ${steps}: the run has ${count}.`,
    });
  }
  if (untilStep !== undefined && untilStep <= fromStep) {
    throw refuse("untilStep", "No fault could come: the range of steps is empty.", {
      value: String(untilStep),
      remedy: `Write a step after fromStep, ${fromStep}.`,
    });
  }
  if (untilStep !== undefined && untilStep > steps) {
    throw refuse("untilStep", "The fault space goes on beyond the run without faults.", {
      value: String(untilStep),
      remedy: `Write at most ${steps}, the steps of that run, or leave it out.`,
    });
  }
  return { firstStep: fromStep, endStep: untilStep ?? steps };
}

function partsOf(
  campaign: CampaignConfig,
  target: ArrivalTarget,
  refuse: Refuse,
): readonly WeightedPart[] {
  const asked = campaign.models?.map((item): CampaignModel =>
    typeof item === "string" ? { use: item } : item,
  );
  const parts =
    asked === undefined
      ? target.models
          .filter((model) => isDrawnUnasked(model) && isDrawable(model, target, campaign))
          .flatMap((model) => partsOfModel(model, { use: model.name }, campaign, target, refuse))
      : asked.flatMap((item) =>
          partsOfModel(modelNamed(item.use, target, refuse), item, campaign, target, refuse),
        );
  if (parts.some(({ weight }) => weight > 0)) return withOwnNames(parts);
  throw refuse("models", "The fault space is empty: there is no model with a weight above 0.", {
    value: JSON.stringify(campaign.models ?? []),
    remedy: "Name a fault model that can be drawn on this platform, with a positive `weight`.",
  });
}

/** One part per group of registers, where registers are struck that nobody has fixed. */
function partsOfModel(
  model: FaultModel,
  { use: _use, weight = 1, ...fixed }: CampaignModel,
  { registerGroups }: CampaignConfig,
  target: ArrivalTarget,
  refuse: Refuse,
): readonly WeightedPart[] {
  const partOf = (rules: SiteRules, group?: Group): Omit<WeightedPart, "modelSites"> => {
    const options = siteOptions(model, target, { fixed, ...rules });
    if (typeof options === "string") {
      throw refuse("models", `The option ${options} of ${model.name} can't be drawn.`, {
        value: model.name,
        remedy:
          options === "register" && fixed["bit"] !== undefined
            ? "Write a `bit`, and a `width`, that registers of these groups have."
            : drawRemedy(model, options),
      });
    }
    const name = group === undefined ? model.name : `${model.name}/${group}`;
    const { sites, at } = siteSpace(options, fixed);
    if (sites === 0) {
      throw refuse("models", `${model.name} has no site of the width ${String(fixed["width"])}.`, {
        value: model.name,
        remedy: "Write a smaller `width`.",
      });
    }
    const complete = completeSite(model, at(0), (problem, value, remedy) =>
      refuse("models", `${model.name} can't be drawn with these options: ${problem}.`, {
        value,
        remedy,
      }),
    );
    const siteAt = (index: number): Record<string, unknown> => ({ ...complete, ...at(index) });
    return { name, model, ...(group !== undefined && { group }), weight, sites, siteAt };
  };
  const rules = registerGroups === undefined ? {} : { groups: registerGroups };
  const options = siteOptions(model, target, { fixed, ...rules });
  const registers = typeof options === "string" ? undefined : options.registers;
  const groups = new Set(registers?.map(({ group }) => group));
  const parts =
    registers === undefined
      ? [partOf(rules)]
      : [...groups].map((group: Group) => partOf({ groups: [group] }, group));
  const modelSites = parts.reduce((sum, { sites }) => sum + sites, 0);
  return parts.map((part) => ({ ...part, modelSites }));
}

function isDrawable(model: FaultModel, target: ArrivalTarget, campaign: CampaignConfig): boolean {
  const { registerGroups: groups } = campaign;
  return typeof siteOptions(model, target, groups === undefined ? {} : { groups }) !== "string";
}

function modelNamed(name: string, target: ArrivalTarget, refuse: Refuse): FaultModel {
  let model: FaultModel;
  try {
    model = target.model(name);
  } catch (error) {
    if (!(error instanceof ExtravirtError)) throw error;
    throw refuse("models", error.message, { value: name, remedy: error.remedy });
  }
  if (target.models.includes(model)) return model;
  throw refuse("models", `${name} needs a processor that can go wrong within an instruction.`, {
    value: name,
    remedy: "Choose a platform with such a processor, or leave this model out.",
  });
}

/** The same model may be there twice, with different options. */
function withOwnNames(parts: readonly WeightedPart[]): readonly WeightedPart[] {
  const seen = new Map<string, number>();
  return parts.map((part) => {
    const times = (seen.get(part.name) ?? 0) + 1;
    seen.set(part.name, times);
    return times === 1 ? part : { ...part, name: `${part.name}#${times}` };
  });
}
