// An error in the coordinator's own comparison: one of its two evaluations says the opposite of what is true.
import type { FaultModel } from "../../core/index.ts";

export const comparisonError: FaultModel = {
  kind: "fault",
  name: "comparison-error",
  summary:
    "One evaluation of a comparison finds a difference that is none, or none where there is one",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["says"],
    properties: {
      says: {
        type: "string",
        enum: ["differ", "equal"],
        description: "What it says at the next comparison where that is wrong",
      },
      of: {
        type: "string",
        enum: ["any", "ballots", "states"],
        default: "any",
        description: "What is compared: ballots of an epoch, or states in full",
      },
    },
  },
  isInfrastructure: true,
  inject: () => undefined,
  ofCoordinator: {
    strikeComparison(options, { subject, groups }) {
      const { says, of = "any" } = options;
      const all = groups.flat();
      const isWrong = says === "equal" ? groups.length > 1 : groups.length < all.length;
      if (!isWrong || (of !== "any" && of !== subject)) return undefined;
      return {
        groups: says === "equal" ? [all] : all.map((replica) => [replica]),
        what: `one evaluation says "${String(says)}" of the ${subject} of replicas ${all.join(", ")}`,
      };
    },
  },
};
