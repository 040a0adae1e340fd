// Creates the coordinator's hooks, frozen: a plugin may tap them, never replace them.
import { AsyncSeriesHook, HookMap, SyncBailHook, SyncHook } from "tapable";
import type { Vmm } from "../api/vmm.ts";

export function createHooks(): Vmm["hooks"] {
  return Object.freeze({
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
  } satisfies Vmm["hooks"]);
}
