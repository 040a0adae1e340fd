// Draws where a fault strikes: values for the options of a fault model, uniformly over the bits of what the model hits.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ArrivalTarget } from "../api/fault-arrival.ts";
import type { FaultModel } from "../api/fault-model.ts";
import { valueText } from "../config/sourced-value.ts";
import { checkFixed } from "./check-fixed.ts";
import type { RandomStream } from "./random-stream.ts";
import { siteOptions } from "./site-options.ts";
import type { Site, SiteRules } from "./site-options.ts";

export type DrawSite = (random: RandomStream) => Site;

/** @returns what is missing, if the model's options cannot all be drawn. */
export function undrawable(
  model: FaultModel,
  target: ArrivalTarget,
  rules: SiteRules = {},
): string | undefined {
  const options = siteOptions(model, target, rules);
  return typeof options === "string" ? options : undefined;
}

/**
 * @param optionName place of the model in the options of the arrival, for messages.
 * @throws XV_ERR_ARRIVAL_MODEL_OPTIONS
 */
export function siteDrawer(
  model: FaultModel,
  target: ArrivalTarget,
  rules: SiteRules,
  optionName: string,
): DrawSite {
  checkFixed(model, rules.fixed ?? {}, optionName);
  const options = siteOptions(model, target, rules);
  if (typeof options === "string") throw cannotDraw(model, options, optionName, rules.fixed);
  const { registers, bits, widthWithout, others } = options;
  const widths = registers?.map((register) => bits?.(register.bits).count ?? 1);
  if ((widths ?? [bits?.(widthWithout).count ?? 1]).every((count) => count === 0)) {
    throw cannotDraw(model, "bit", optionName, rules.fixed);
  }
  return (random) => {
    const register = registers?.[random.weighted(widths!)];
    const site: Record<string, unknown> = { ...rules.fixed };
    if (register !== undefined) site["register"] = register.name;
    for (const [name, values] of others) site[name] = values.at(random.below(values.count));
    if (bits !== undefined) {
      const range = bits(register?.bits ?? widthWithout);
      site["bit"] = range.at(random.below(range.count));
    }
    return site;
  };
}

function cannotDraw(
  model: FaultModel,
  missing: string,
  optionName: string,
  fixed: Site = {},
): ExtravirtError {
  const isTooWide =
    missing === "bit" || (missing === "register" && ("bit" in fixed || "width" in fixed));
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_MODEL_OPTIONS",
    `The option ${missing} of ${model.name} can't be drawn.`,
    {
      place: optionName,
      value: isTooWide ? valueText({ use: model.name, ...fixed }) : model.name,
      remedy: isTooWide
        ? "Write a `bit`, and a `width`, that what is struck has."
        : drawRemedy(model, missing),
    },
  );
}

export function drawRemedy(model: FaultModel, missing: string): string {
  return missing === "register"
    ? "Choose a platform that tells its registers, other register groups, or another fault model."
    : `Fix it: \`{ use: ${model.name}, ${missing}: ... }\`; or leave this model out.`;
}
