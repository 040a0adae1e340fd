// Turns `faultArrivals` into records like those of `faults`, before anything runs.
import type { Config, FaultConfig } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ArrivalProfile, ArrivalTarget } from "../api/fault-arrival.ts";
import type { Registry } from "../api/plugin.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { checkFaultPlace } from "./config-checks.ts";
import { coreCount } from "./core-count.ts";
import { compileSchema } from "./schema-problems.ts";
import { pathText } from "./sourced-value.ts";
import type { OptionPath, Sourced } from "./sourced-value.ts";
import { FAULT_HOST_OPTIONS } from "./validate-config.ts";
import { slotSchema } from "./validate-slot.ts";

/** A tick of virtual time is 100 ns. */
const TICKS_PER_SECOND = 10_000_000;

/** No file says where a record stands. */
const NOWHERE: Sourced = { origin: { label: "", directory: "" }, value: new Map() };

type Validate = ReturnType<typeof compileSchema>;

export interface ArrivalSurroundings {
  /** From the start; default: as many as the replication provider plans. */
  readonly replicas?: number;
  /** Default: as many as the placement provider plans. */
  readonly cores?: number;
  /** Names the place of an option in messages; default: its path. */
  readonly placeOf?: (path: OptionPath) => string;
}

/** @returns records in order of `at`; the same config gives the same ones. */
export function expandArrivals(
  config: Config,
  registry: Registry,
  { placeOf = pathText, ...counts }: ArrivalSurroundings = {},
): readonly FaultConfig[] {
  const slots = config.faultArrivals ?? [];
  if (slots.length === 0) return [];
  const target = arrivalTargetOf(config, registry, counts);
  const validators = new Map<string, Validate>();
  const records = slots.flatMap((slot, index) =>
    placed(index, placeOf, () => {
      const provider = registry.get("fault-arrival", slot.use);
      return provider
        .expand(optionsOf(slot), target)
        .map((record) => completed(record, slot.use, target, validators));
    }),
  );
  return records.toSorted((a, b) => a.at - b.at);
}

/** What the arrivals of a config know about the world, in their order; those that know nothing are left out. */
export function arrivalProfiles(
  config: Config,
  registry: Registry,
  { placeOf = pathText, ...counts }: ArrivalSurroundings = {},
): readonly ArrivalProfile[] {
  const slots = config.faultArrivals ?? [];
  if (slots.length === 0) return [];
  const target = arrivalTargetOf(config, registry, counts);
  return slots.flatMap((slot, index) =>
    placed(index, placeOf, () => {
      const profile = registry.get("fault-arrival", slot.use).profile?.(optionsOf(slot), target);
      return profile === undefined ? [] : [profile];
    }),
  );
}

export function arrivalTargetOf(
  { machine, replication, placement, limits }: Config,
  registry: Registry,
  counts: Pick<ArrivalSurroundings, "replicas" | "cores"> = {},
): ArrivalTarget {
  const platform = registry.get("platform", machine.platform.use);
  const planned = registry.get("replication", replication.use).create(optionsOf(replication));
  const { replicas = planned.replicas } = counts;
  const placementPlan = registry.get("placement", placement.use).create(optionsOf(placement));
  return {
    registers: platform.registers?.(optionsOf(machine.platform), machine.harts) ?? [],
    harts: machine.harts,
    ramBase: platform.ramBase,
    ramBytes: machine.ramBytes,
    busyCores: replicas,
    cores: counts.cores ?? coreCount({ replicas }, placementPlan),
    stepLimit: limits.steps,
    stepsPerSecond: machine.clock.stepsPerTick * TICKS_PER_SECOND,
    models: registry
      .list("fault")
      .filter((model) => !model.needsErringProcessor || platform.hasProcessorFaults === true),
    model: (name) => registry.get("fault", name),
  };
}

/**
 * @returns the record with the defaults of its model, as if it stood among `faults`.
 * @throws XV_ERR_ARRIVAL_RECORD: the provider is wrong, not its user.
 */
function completed(
  record: FaultConfig,
  by: string,
  target: ArrivalTarget,
  validators: Map<string, Validate>,
): FaultConfig {
  const { use, ...drawn } = record;
  let validate = validators.get(use);
  if (validate === undefined) {
    validate = compileSchema(slotSchema(target.model(use), FAULT_HOST_OPTIONS));
    validators.set(use, validate);
  }
  // A copy: validating fills in defaults.
  const options = structuredClone(drawn);
  if (!validate(options)) {
    const { instancePath, message } = validate.errors![0]!;
    throw wrongRecord(record, by, `${instancePath.slice(1)} ${message}`.trim());
  }
  const complete: FaultConfig = { use, ...options };
  const { busyCores: replicas, cores } = target;
  const isOfCoordinator = target.model(use).ofCoordinator !== undefined;
  const [misplaced] = checkFaultPlace(NOWHERE, [], complete, { replicas, cores }, isOfCoordinator);
  if (misplaced !== undefined) throw wrongRecord(record, by, misplaced.message);
  return complete;
}

function wrongRecord(record: FaultConfig, by: string, problem: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_RECORD",
    `${by} expanded to a ${record.use} that can't stand among \`faults\`: ${problem.replace(/\.$/, "")}.`,
    {
      place: "use",
      value: JSON.stringify(record),
      remedy: "Correct the plugin that brings this provider, or report it to its author.",
    },
  );
}

/** Providers know the option's name only. */
function placed<T>(index: number, placeOf: (path: OptionPath) => string, expand: () => T): T {
  try {
    return expand();
  } catch (error) {
    if (!(error instanceof ExtravirtError)) throw error;
    const path = ["faultArrivals", index, ...(error.place === undefined ? [] : [error.place])];
    const value = error.value === undefined ? {} : { value: error.value };
    throw new ExtravirtError(error.code, error.message, {
      place: placeOf(path),
      ...value,
      remedy: error.remedy,
      cause: error,
    });
  }
}
