// Between the replicas and the ledger of faults: what a replica may meet when it comes, what it reports, and what counts
// of it when it goes.
import type { Vmm } from "../api/vmm.ts";
import { strikes } from "../replica/armed-fault.ts";
import type { Coordinator } from "./coordinator.ts";
import type { FaultLedger } from "./fault-ledger.ts";
import { isTrial, type ReplicaSetOptions } from "./replica-set.ts";

/** @param coordinator of the run; it is made after its replicas */
export function followFaults(
  faults: FaultLedger,
  { hooks }: Pick<Vmm, "hooks">,
  coordinator: () => Coordinator,
): Required<Pick<ReplicaSetOptions, "faults" | "onFault" | "onDiscard" | "onRoomMade">> {
  return {
    faults: ({ replica, core, fromStep, standing }) => {
      const all = faults.arrived(replica, core, fromStep, standing);
      // The first replica looks at all of them, to see whether they can happen.
      return replica === 0 ? all : all.filter((fault) => strikes(fault, { replica, core }));
    },
    onFault: (replica, core, report) => {
      const injected = faults.report(replica, core, report, isTrial(replica));
      try {
        hooks.faultInjected.call(injected);
      } catch (error) {
        // Reports arrive outside the coordinator's loop: a tap's error ends the run, not the process.
        coordinator().fail(error);
      }
    },
    onRoomMade: (replica) => faults.settled(replica),
    onDiscard: (handle) => {
      const { epochs, steps } = coordinator();
      // Number of the epoch that is being compared.
      const ballot = handle.ballot(epochs);
      const hasDied = handle.crash !== undefined && ballot === undefined;
      const isAllKnown = handle.hasBeenAwaited || hasDied;
      // Ballots of epochs agreed on are forgotten; who has none at all never got anywhere.
      const last = handle.ballot(handle.lastBallot)?.steps ?? (handle.lastBallot < 0 ? 0 : steps);
      faults.discarded(handle.replica, isAllKnown ? Infinity : (ballot?.steps ?? steps), last);
    },
  };
}
