// All replicas in the coordinator's thread, in turns: for tests, debugging and hosts with one core.
import type { PlacementProvider } from "../../core/index.ts";

export const inline: PlacementProvider = {
  kind: "placement",
  name: "inline",
  summary: "All replicas in one thread, in turns",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({ mode: "inline" }),
};
