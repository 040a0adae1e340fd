// The other machines of a run, where its placement names any.
import type { PlacementPlan } from "../api/placement.ts";
import type { Logger } from "../api/logger.ts";
import type { Vmm } from "../api/vmm.ts";
import { ControlSocket } from "../hosts/control-socket.ts";
import { HostLinks } from "../hosts/host-links.ts";
import type { OnClose } from "./closing-after.ts";
import type { CoreHosts } from "./core-map.ts";
import type { ReplicaSet } from "./replica-set.ts";

export interface HostsWanted {
  readonly placement: PlacementPlan;
  /** Plugin specifiers. */
  readonly plugins: readonly string[];
  readonly logger: Logger;
  readonly onChange: () => void;
  /** Replicas that live now, for who asks. */
  readonly replicas: () => number;
}

/** @returns undefined where all replicas are on this machine @throws an ExtravirtError when the others can't be had */
export async function openHosts(
  wanted: HostsWanted,
  onClose: OnClose,
): Promise<HostLinks | undefined> {
  const { placement, plugins, logger, onChange, replicas } = wanted;
  const setup = placement.hosts;
  if (setup === undefined) return undefined;
  const links = await HostLinks.open({ setup, plugins, logger, onChange });
  onClose(() => links.close());
  if (setup.control !== undefined) {
    const control = await ControlSocket.open(setup.control, {
      reprotect: async () => ({
        missing: await links.reprotect(),
        reasons: links.reasons,
        term: links.term,
        isOpen: links.isOpen,
        replicas: replicas(),
      }),
    });
    onClose(() => control.close());
  }
  return links;
}

/** A replica that had to share a host with another is moved once there is one without: right after a checkpoint. */
export function keepSpread(
  { hooks }: Pick<Vmm, "hooks">,
  replicas: Pick<ReplicaSet, "all" | "cores">,
): void {
  hooks.checkpointTaken.tap("hosts", () => {
    const { crowded } = replicas.cores;
    replicas.all
      .find(({ replica }) => replica === crowded)
      ?.giveUp("it is moved to a host of its own");
  });
}

/** @param links of hosts that may be opened later */
export function coreHosts(links: () => HostLinks | undefined): CoreHosts {
  return {
    hostOf: (core) => links()?.hostOf(core) ?? 0,
    isReachable: (core) => links()?.isReachable(core) ?? true,
  };
}
