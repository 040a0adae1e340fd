// The replica's worker dies, as on a host crash.
import type { FaultModel } from "../../core/index.ts";

export const workerCrash: FaultModel = {
  kind: "fault",
  isInfrastructure: true,
  name: "worker-crash",
  summary: "The replica's worker dies",
  schema: { type: "object", additionalProperties: false, properties: {} },
  inject(_options, target) {
    target.crash();
    return undefined;
  },
};
