// Device models below the replication layer: one set of them for all replicas.
import type { BoundaryProvider } from "../../core/index.ts";

export const devicesBelow: BoundaryProvider = {
  kind: "boundary",
  name: "devices-below",
  summary: "Device models run once, in the coordinator; each access of the replicas is compared",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      sealState: {
        type: "boolean",
        default: true,
        description:
          "The state of the device models lies under a seal between accesses; a change from outside is undone",
      },
    },
  },
  create: (options) => ({ devices: "below", isStateSealed: options["sealState"] !== false }),
};
