// Faults of a config as single events: one for each replica that a fault addresses and each time that it happens.
import type { FaultConfig } from "../api/config.ts";
import { optionsOf } from "../machine/machine-plan.ts";

/** Plain data: posted to replica workers. */
export interface ArmedFault {
  /** Unique in the run. */
  readonly id: number;
  /** Place of the fault in the config's list. */
  readonly fault: number;
  readonly use: string;
  /** Options of its model. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly at: number;
  /** One of the two, or none for a fault of the coordinator. */
  readonly replica?: number;
  readonly core?: number;
  /** An arrival brought it: it stands nowhere in the config. */
  readonly isOfArrival?: true;
  /** It has happened on this core before and lasts: whoever runs there has it from the beginning. */
  readonly isPresent?: true;
}

/**
 * In the order of the config, then of time, then of replicas.
 * @param fixed how many of them the config names; arrivals brought the others
 */
export function armFaults(
  faults: readonly FaultConfig[],
  fixed: number = faults.length,
): readonly ArmedFault[] {
  let id = 0;
  return faults.flatMap((config, fault) => {
    const { use, at, repeat } = config;
    const options = optionsOf(config, "at", "replica", "core", "repeat");
    const { times, everySteps } = repeat ?? { times: 1, everySteps: 0 };
    const places = placesOf(config);
    const origin = fault < fixed ? {} : ({ isOfArrival: true } as const);
    return Array.from({ length: times }, (_, time) => at + time * everySteps).flatMap((step) =>
      places.map((place): ArmedFault => ({
        id: id++,
        fault,
        use,
        options,
        at: step,
        ...place,
        ...origin,
      })),
    );
  });
}

/** Whether it strikes this replica, on this core. */
export const strikes = (
  fault: Pick<ArmedFault, "replica" | "core">,
  { replica, core }: { readonly replica: number; readonly core: number },
): boolean => (fault.core === undefined ? fault.replica === replica : fault.core === core);

function placesOf({ replica, core }: FaultConfig): readonly Pick<ArmedFault, "replica" | "core">[] {
  if (core !== undefined) return [{ core }];
  return replica === undefined ? [{}] : [replica].flat().map((one) => ({ replica: one }));
}
