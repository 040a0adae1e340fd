// Device models as part of what is replicated: the sphere of replication is as large as it can be.
import type { BoundaryProvider } from "../../core/index.ts";

export const devicesInside: BoundaryProvider = {
  kind: "boundary",
  name: "devices-inside",
  summary: "Every replica has device models of its own; what they hand to the host is compared",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({ devices: "inside" }),
};
