// One machine without replication: the baseline, in the same epochs and with the same devices.
import type { ReplicationProvider } from "../../core/index.ts";
import { epochOptions, planOf } from "./epoch-options.ts";

export const solo: ReplicationProvider = {
  kind: "replication",
  name: "solo",
  summary: "One machine, nothing compared: the baseline",
  schema: { type: "object", additionalProperties: false, properties: epochOptions },
  create: (options) => planOf(1, options),
};
