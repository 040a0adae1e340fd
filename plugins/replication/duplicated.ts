// One machine that computes everything twice and checks itself: redundancy in time instead of a second replica.
import type { ReplicationProvider } from "../../core/index.ts";
import { instructionDuplication } from "../instrumentation/instruction-duplication.ts";
import { epochOptions, planOf } from "./epoch-options.ts";

const { controlFlow, checkLoads } = instructionDuplication.schema.properties;

export const duplicated: ReplicationProvider = {
  kind: "replication",
  name: "duplicated",
  summary: "One machine whose instructions are executed twice and compared within it",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { ...epochOptions, controlFlow, checkLoads },
  },
  create: (options) => ({
    ...planOf(1, options),
    instruments: [
      {
        use: instructionDuplication.name,
        controlFlow: options["controlFlow"],
        checkLoads: options["checkLoads"],
      },
    ],
  }),
};
