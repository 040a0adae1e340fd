// Classes of single faults, each drawn from a seed: the same faults for every combination of strategies.
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { expandArrivals } from "../../core/config/expand-arrivals.ts";
import { loadRegistry } from "../../core/plugin-host/load-registry.ts";
import { RandomStream } from "../../core/fault-sites/random-stream.ts";

/** A fault without the replica that it strikes. */
export type DrawnFault = SlotConfig & Pick<FaultConfig, "at">;

export interface FaultClass {
  /** As in the table. */
  readonly name: string;
  /** Memory is struck only below this offset into RAM, where the guest has something. */
  readonly belowOffset?: number;
  /** As in `faultArrivals`; undefined for the death of a worker. */
  readonly arrival?: {
    readonly models: readonly (string | { readonly use: string })[];
    readonly registerGroups?: readonly string[];
  };
}

/** Program, data and stacks of the small guest lie below. */
const USED_BYTES = 228_912;

export const FAULT_CLASSES: readonly FaultClass[] = [
  { name: "crash" },
  {
    name: "register",
    arrival: { models: ["register-bit-flip"], registerGroups: ["integer", "float"] },
  },
  {
    name: "control, pc",
    arrival: { models: ["register-bit-flip"], registerGroups: ["control", "pc"] },
  },
  {
    name: "result",
    arrival: { models: ["result-bit-flip", "branch-flip", "instruction-bit-flip"] },
  },
  {
    name: "load, store",
    arrival: {
      models: [
        "load-address-bit-flip",
        "load-data-bit-flip",
        "store-address-bit-flip",
        "store-data-bit-flip",
        "tlb-bit-flip",
      ],
    },
  },
  { name: "stuck bit", arrival: { models: ["stuck-at", "result-stuck-at"] } },
  { name: "memory", belowOffset: USED_BYTES, arrival: { models: ["memory-bit-flip"] } },
];

/** So dense that the first one, whose instant is drawn anew, arrives in any case. */
const AT_ONCE = { faultsPerBillionSteps: 1e9, count: 1, untilSteps: 1_000_000 };
/** Of the guests that are struck. */
const RAM_BYTES = 16 * 2 ** 20;
const SEEDS_OF_CLASS = 10_000;
/** Purposes of streams, apart from those that arrivals use. */
const STREAM = { instant: 1000, replica: 1001 } as const;

/**
 * @param config as in a file, with one replica
 * @param steps of the run without fault
 * @returns records without the replica that they strike
 */
export async function drawFaults(
  faultClass: FaultClass,
  {
    config,
    steps,
    count,
  }: { readonly config: object; readonly steps: number; readonly count: number },
): Promise<readonly DrawnFault[]> {
  const registry = await loadRegistry({ plugins: [] });
  const first = FAULT_CLASSES.indexOf(faultClass) * SEEDS_OF_CLASS;
  const faults: DrawnFault[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const at = new RandomStream(seed, STREAM.instant).below(steps);
    if (faultClass.arrival === undefined) {
      faults.push({ use: "worker-crash", at });
      continue;
    }
    const faultArrivals = [{ use: "random", seed, ...AT_ONCE, ...faultClass.arrival }];
    const complete = await loadConfigObject({ ...config, faultArrivals });
    const [record] = expandArrivals(complete.config, registry);
    if (record === undefined)
      throw new RangeError(`no fault of class ${faultClass.name} was drawn`);
    const { core: _core, replica: _replica, ...site } = record as FaultConfig & { core?: number };
    faults.push({ ...below(faultClass, site), at });
  }
  return faults;
}

function below<T extends object>({ belowOffset }: FaultClass, site: T): T {
  const { address } = site as { readonly address?: number };
  if (belowOffset === undefined || address === undefined) return site;
  // RAM begins at a multiple of any power of two that is as large as RAM.
  const base = address - (address % RAM_BYTES);
  return { ...site, address: base + ((address - base) % belowOffset) };
}

/** The replica of a combination that a fault strikes, by the fault's place in its list. */
export const struckReplica = (index: number, replicas: number): number =>
  new RandomStream(index, STREAM.replica).below(replicas);
