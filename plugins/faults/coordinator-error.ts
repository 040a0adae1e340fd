// The coordinator's own code fails: what a wrong value in its state, or a mistake in it, comes to.
import { COORDINATOR_MOMENTS, type CoordinatorMoment, type FaultModel } from "../../core/index.ts";

export const coordinatorError: FaultModel = {
  kind: "fault",
  name: "coordinator-error",
  summary: "An internal error is thrown in the coordinator's loop",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      when: {
        type: "string",
        enum: ["any", ...COORDINATOR_MOMENTS],
        default: "any",
        description: "Where in the coordinator's loop; any: at the next place",
      },
    },
  },
  isInfrastructure: true,
  inject: () => undefined,
  ofCoordinator: {
    strikeState({ when = "any" }, { moment }) {
      if (when !== "any" && (when as CoordinatorMoment) !== moment) return undefined;
      return new Error(`injected error of the coordinator (${moment})`);
    },
  },
};
