// The option that has replicas execute in different ways.
import type { ReplicationPlan } from "../../core/index.ts";

export const enginesOption = {
  engines: {
    enum: ["same", "diverse"],
    default: "same",
    description:
      "diverse: one replica interprets and another one compiles, and no verdict rests on one kind alone",
  },
} as const;

export const enginesOf = (
  options: Readonly<Record<string, unknown>>,
): Pick<ReplicationPlan, "engines"> =>
  options["engines"] === "diverse" ? { engines: "diverse" } : {};
