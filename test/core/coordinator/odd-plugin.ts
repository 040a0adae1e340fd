// Providers that a run has to survive: recoveries that do not recover, and a replica that is busy for a while.
import {
  API_VERSION,
  type FaultModel,
  type Plugin,
  type RecoveryOutcome,
  type RecoveryProvider,
  type RecoveryStrategy,
} from "../../../core/index.ts";

const recovered = (by: string): RecoveryOutcome => ({
  kind: "recovered",
  by,
  blamed: [],
  attempts: 1,
});

const recovery = (name: string, recover: RecoveryStrategy["recover"]): RecoveryProvider => ({
  kind: "recovery",
  name,
  summary: "Claims to have recovered",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({ recover }),
});

const giveOneUp = recovery("give-one-up", async ({ replicas, absent }, mechanism) => {
  await mechanism.discard(absent[0] ?? replicas[1] ?? -1);
  return recovered("give-one-up");
});

const doNothing = recovery("do-nothing", () => Promise.resolve(recovered("do-nothing")));

const busy: FaultModel = {
  kind: "fault",
  name: "busy",
  summary: "Keeps the thread for longer than the watchdog's time",
  schema: { type: "object", additionalProperties: false, properties: {} },
  inject() {
    const endMs = performance.now() + 60;
    while (performance.now() < endMs);
    return "was busy";
  },
};

const plugin: Plugin = {
  name: "odd",
  apiVersion: API_VERSION,
  provide(registry) {
    for (const provider of [giveOneUp, doNothing, busy]) registry.register(provider);
  },
};

export default plugin;
