// The replica stops answering for good; its watchdog notices.
import type { FaultModel } from "../../core/index.ts";

export const workerHang: FaultModel = {
  kind: "fault",
  isInfrastructure: true,
  name: "worker-hang",
  summary: "The replica stops answering",
  schema: { type: "object", additionalProperties: false, properties: {} },
  inject(_options, target) {
    target.hang();
    return undefined;
  },
};
