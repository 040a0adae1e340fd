// What a campaign tries: the plan of its sampling provider.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { FaultSpace, SamplingPlan } from "../api/fault-sampling.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { optionsOf } from "../machine/machine-plan.ts";

/** @throws what the provider refuses, at its place in the config */
export function samplingPlanOf(loaded: LoadedConfig, space: FaultSpace): SamplingPlan {
  const { sampling, seed, experiments: count } = loaded.config.campaign!;
  const provider = loaded.registry.get("fault-sampling", sampling.use);
  try {
    return provider.plan(optionsOf(sampling), space, { seed, count });
  } catch (error) {
    if (!(error instanceof ExtravirtError)) throw error;
    const path = ["campaign", "sampling", ...(error.place === undefined ? [] : [error.place])];
    throw new ExtravirtError(error.code, error.message, {
      place: loaded.placeOf(path),
      ...(error.value === undefined ? {} : { value: error.value }),
      remedy: error.remedy,
      cause: error,
    });
  }
}
