// A primary whose outputs leave at once, and a backup that follows: Bressoud and Schneider, "Hypervisor-based Fault
// Tolerance" (SOSP 1995). It tolerates replicas that stop (crash, hang), not replicas that err.
import type { ReplicationProvider } from "../../core/index.ts";
import { comparedOptions, comparedPlanOf } from "./compared-options.ts";

export const primaryBackup: ReplicationProvider = {
  kind: "replication",
  name: "primary-backup",
  summary: "A primary whose outputs leave uncompared, and a backup that takes over when it stops",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...comparedOptions,
      backupLagEpochs: {
        type: "integer",
        minimum: 0,
        maximum: 64,
        default: 4,
        description:
          "Epochs the backup may be behind the last one whose outputs were released; with 0 it has executed what leaves",
      },
    },
  },
  create: (options) => ({
    ...comparedPlanOf(2, options),
    release: "primary",
    backupLagEpochs: options["backupLagEpochs"] as number,
  }),
};
