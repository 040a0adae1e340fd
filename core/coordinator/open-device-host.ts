// Device models below the replicas of a run, where its boundary wants them there.
import type { BoundaryPlan } from "../api/boundary.ts";
import type { Logger } from "../api/logger.ts";
import type { Registry } from "../api/plugin.ts";
import { DeviceHost } from "../boundary/device-host.ts";
import type { ReplicaPages } from "../boundary/compared-memory.ts";
import { withModels } from "../machine/machine-plan.ts";
import type { MachineSetup } from "../machine/machine.ts";
import type { ReplicaSet } from "./replica-set.ts";

export interface DeviceHostNeeds {
  readonly machine: Omit<MachineSetup, "processorArea">;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly replicas: Pick<ReplicaSet, "alive" | "all">;
  readonly page: ReplicaPages["page"];
}

/** @returns undefined where every replica has device models of its own */
export function openDeviceHost(
  boundary: BoundaryPlan,
  { machine, registry, logger, replicas, page }: DeviceHostNeeds,
): DeviceHost | undefined {
  if (boundary.devices === "inside") return undefined;
  const { config, devices, facts, startNanoseconds } = machine;
  return new DeviceHost({
    devices: withModels(devices, registry),
    facts,
    stepsPerTick: config.clock.stepsPerTick,
    startNanoseconds,
    ramBase: registry.get("platform", config.platform.use).ramBase,
    ramBytes: config.ramBytes,
    pages: {
      get replicas() {
        // All voted: who died since has in memory what it had.
        const { alive, all } = replicas;
        return (alive.length > 0 ? alive : all).map(({ replica }) => replica);
      },
      page,
    },
    isSealed: boundary.isStateSealed,
    onRepair: (device) =>
      logger.warn({}, `the state of the device ${device} had changed and was put back`),
  });
}
