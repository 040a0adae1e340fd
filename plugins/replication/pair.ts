// Two replicas, as the paper has it: two detect, a third decides.
import type { ReplicationProvider } from "../../core/index.ts";
import { epochOptions, planOf } from "./epoch-options.ts";

export const pair: ReplicationProvider = {
  kind: "replication",
  name: "pair",
  summary: "Two replicas whose outputs are compared before they leave",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...epochOptions,
      shareCompiledCode: {
        type: "boolean",
        default: true,
        description:
          "One compilation serves all replicas; without it each translates on its own, which costs time and finds faults that struck a translation",
      },
    },
  },
  create: (options) => ({
    ...planOf(2, options),
    isCompiledCodeShared: options["shareCompiledCode"] as boolean,
  }),
};
