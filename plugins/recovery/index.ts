// Built-in plugin: recovery strategies.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { failStop } from "./fail-stop.ts";
import { failover } from "./failover.ts";
import { repair } from "./repair.ts";
import { rollback } from "./rollback.ts";
import { thirdReplica } from "./third-replica.ts";

export const recoveryPlugin: Plugin = {
  name: "recovery",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [failStop, failover, repair, rollback, thirdReplica])
      registry.register(provider);
  },
};
