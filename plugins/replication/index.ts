// Built-in plugin: how many replicas run.
import { API_VERSION, type Plugin } from "../../core/index.ts";
import { duplicated } from "./duplicated.ts";
import { logged } from "./logged.ts";
import { pair } from "./pair.ts";
import { primaryBackup } from "./primary-backup.ts";
import { solo } from "./solo.ts";
import { triple } from "./triple.ts";

export const replicationPlugin: Plugin = {
  name: "replication",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [duplicated, logged, pair, primaryBackup, solo, triple])
      registry.register(provider);
  },
};
