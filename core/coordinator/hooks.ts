// Creates the coordinator's hooks, frozen: a plugin may tap them, never replace them.
import { AsyncSeriesHook, HookMap, SyncBailHook, SyncHook, type FullTap } from "tapable";
import type { Vmm } from "../api/vmm.ts";
import { callForeign } from "./foreign-errors.ts";

type Callback = (...values: readonly unknown[]) => unknown;

/** What taps throw ends the run: it is no failure of the coordinator's own. */
const asForeign = (tap: FullTap): FullTap => {
  const call = tap.fn as unknown as Callback;
  return { ...tap, fn: (...values: readonly unknown[]) => callForeign(() => call(...values)) };
};

export function createHooks(): Vmm["hooks"] {
  const hooks = {
    create: new HookMap(() => new SyncBailHook(["slot"])) as unknown as Vmm["hooks"]["create"],
    started: new SyncHook([]),
    replicaStarted: new SyncHook(["started"]),
    epochVerified: new SyncHook(["epoch"]),
    outputCommitted: new SyncHook(["epoch", "outputs"]),
    checkpointTaken: new SyncHook(["checkpoint"]),
    checkpointDemoted: new SyncHook(["demoted"]),
    divergenceDetected: new SyncHook(["divergence"]),
    chooseRecovery: new SyncBailHook(["divergence"]),
    recovered: new SyncHook(["recovered"]),
    coreDiagnosed: new SyncHook(["diagnosed"]),
    coreRetired: new SyncHook(["retired"]),
    incidentWritten: new SyncHook(["incident"]),
    faultInjected: new SyncHook(["fault"]),
    managerFaultFound: new SyncHook(["found"]),
    shutdown: new AsyncSeriesHook([]),
  } satisfies Vmm["hooks"];
  const { create: _create, shutdown: _shutdown, ...called } = hooks;
  for (const hook of Object.values(called)) {
    (hook as SyncHook<[]>).intercept({ register: asForeign });
  }
  return Object.freeze(hooks);
}
