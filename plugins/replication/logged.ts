// One machine whose log is always written, so that its whole run can be executed again: Dunlap et al., "ReVirt: Enabling
// Intrusion Analysis through Virtual-Machine Logging and Replay" (OSDI 2002).
import type { ReplicationProvider } from "../../core/index.ts";
import { epochOptions, planOf } from "./epoch-options.ts";

export const logged: ReplicationProvider = {
  kind: "replication",
  name: "logged",
  summary: "One machine, nothing compared, everything that enters it recorded",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["recording"],
    properties: {
      ...epochOptions,
      recording: {
        type: "string",
        minLength: 1,
        description: "Directory for the recording, new or empty; relative to this file",
      },
    },
  },
  paths: ["recording"],
  create: (options) => ({
    ...planOf(1, options),
    recording: options["recording"] as string,
  }),
};
