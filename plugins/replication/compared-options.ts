// Options of the providers that run several replicas and compare them.
import type { OptionsSchema, ReplicationPlan } from "../../core/index.ts";
import { epochOptions, planOf } from "./epoch-options.ts";

export const comparedOptions: OptionsSchema["properties"] = {
  ...epochOptions,
  shareCompiledCode: {
    type: "boolean",
    default: true,
    description:
      "One compilation serves all replicas; without it each translates on its own, which costs time and finds faults that struck a translation",
  },
};

export function comparedPlanOf(
  replicas: number,
  options: Readonly<Record<string, unknown>>,
): ReplicationPlan {
  return {
    ...planOf(replicas, options),
    isCompiledCodeShared: options["shareCompiledCode"] as boolean,
  };
}
