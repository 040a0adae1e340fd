// How replicas are started, by placement.
import type { Logger } from "../api/logger.ts";
import type { ManagerProtection } from "../api/manager-protection.ts";
import type { PlacementPlan } from "../api/placement.ts";
import type { Registry } from "../api/plugin.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { HostLinks } from "../hosts/host-links.ts";
import { ReplicaProcesses } from "../process/replica-processes.ts";
import { inlineLink } from "../replica/inline-link.ts";
import { jitteredLink } from "../replica/jittered-link.ts";
import type { StartReplica } from "../replica/replica-link.ts";
import type { ReplicaSetup } from "../replica/replica-setup.ts";
import { ReplicaWorkers } from "../replica/replica-workers.ts";
import { spareDelay } from "../replica/spare-delay.ts";
import type { OnClose } from "./closing-after.ts";
import { hasOwnMemories, type OpenMemories } from "./open-memories.ts";

export interface StarterParts extends Pick<OpenMemories, "frames" | "shared" | "layout"> {
  readonly placement: PlacementPlan;
  /** Of the host, by core; undefined where the host's scheduler decides. */
  readonly hostCores: readonly number[] | undefined;
  readonly plan: ReplicationPlan;
  readonly protection: ManagerProtection;
  /** Plugin specifiers. */
  readonly plugins: readonly string[];
  readonly registry: Registry;
  readonly logger: Logger;
  /** Undefined where all replicas are on this machine. */
  readonly hosts: Pick<HostLinks, "startElsewhere"> | undefined;
}

/** @returns a way to start the replica of a setup */
export function openStarter(
  parts: StarterParts,
  onClose: OnClose,
): (setup: ReplicaSetup) => StartReplica {
  const { placement, hostCores } = parts;
  const start = starterOf(parts, onClose);
  const bound = (setup: ReplicaSetup): ReplicaSetup =>
    hostCores === undefined ? setup : { ...setup, hostCore: hostCores[setup.core] };
  return (setup) => jitteredLink(start(bound(setup)), placement.jitterMs);
}

function starterOf(parts: StarterParts, onClose: OnClose): (setup: ReplicaSetup) => StartReplica {
  const { placement, plan, plugins, registry, layout } = parts;
  if (placement.mode === "inline") return (setup) => inlineLink(setup, registry);
  const spareDelayMs = spareDelay(plan.replicas);
  if (hasOwnMemories(placement)) {
    const { scrubPages = 0 } = placement;
    const processes = new ReplicaProcesses({
      ...parts,
      spareDelayMs,
      scrubPages,
      startElsewhere: (core) => parts.hosts?.startElsewhere(core),
    });
    onClose(() => processes.close());
    return (setup) => processes.link(setup);
  }
  const workers = new ReplicaWorkers({
    plugins,
    spareDelayMs,
    areSealsChecked: parts.protection.recordSeals,
    // Where messages are delayed to perturb timing, ballots have to be messages.
    boxes: placement.jitterMs === 0 ? layout.arenas.length : undefined,
  });
  onClose(() => workers.close());
  return (setup) => workers.link(setup);
}
