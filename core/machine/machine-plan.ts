// What a machine consists of, decided once in the coordinator and posted to every replica: plain data.
import type { DeviceConfig, MachineConfig } from "../api/config.ts";
import type { DevicePlace } from "../api/device.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { PlannedDevice } from "../api/platform.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";

export interface DevicePlan {
  readonly id: string;
  /** Name of the device model. */
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly place: DevicePlace;
  readonly backend?: SlotConfig;
}

/** Options of a slot without the words that belong to the config itself. */
export function optionsOf(
  slot: SlotConfig,
  ...reserved: readonly string[]
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(slot).filter(([key]) => key !== "use" && !reserved.includes(key)),
  );
}

/**
 * Gives every device a name and a place. The standard console's backend is `console`.
 * @throws XV_ERR_CONFIG_NO_PLACE when the platform has no place left for a device
 * @throws XV_ERR_CONFIG_DUPLICATE_ID when two devices have one name
 */
export function planDevices(
  config: MachineConfig,
  console: SlotConfig,
  registry: Registry,
): DevicePlan[] {
  const platform = registry.get("platform", config.platform.use);
  const taken = new Map<string, number>();
  const plans: DevicePlan[] = [];
  const add = (device: DeviceConfig, where: string): void => {
    const model = registry.get("device", device.use);
    const index = taken.get(model.slot) ?? 0;
    const places = platform.places[model.slot] ?? [];
    const place = places[index];
    if (place === undefined) {
      throw new ExtravirtError(
        "XV_ERR_CONFIG_NO_PLACE",
        `platform ${platform.name} has ${places.length} places of kind "${model.slot}", all taken`,
        {
          place: where,
          value: device.use,
          remedy: "Remove a device of that kind or choose another platform.",
        },
      );
    }
    taken.set(model.slot, index + 1);
    const id = device.id ?? nextId(device.use, plans);
    if (plans.some((plan) => plan.id === id)) {
      throw new ExtravirtError("XV_ERR_CONFIG_DUPLICATE_ID", `two devices are called "${id}"`, {
        place: where,
        value: id,
        remedy: "Give each device an id of its own.",
      });
    }
    plans.push({
      id,
      use: device.use,
      options: optionsOf(device, "id", "backend"),
      place,
      ...(device.backend === undefined ? {} : { backend: device.backend }),
    });
  };
  for (const standard of platform.standardDevices) {
    const needsConsole = registry.get("device", standard.use).backend === "console";
    add(
      { use: standard.use, id: standard.id, ...(needsConsole ? { backend: console } : {}) },
      `platform ${platform.name}`,
    );
  }
  for (const [index, device] of config.devices.entries()) add(device, `machine.devices[${index}]`);
  return plans;
}

/** The plans with their models looked up. */
export function withModels(plans: readonly DevicePlan[], registry: Registry): PlannedDevice[] {
  return plans.map((plan) => ({
    id: plan.id,
    model: registry.get("device", plan.use),
    options: plan.options,
    place: plan.place,
  }));
}

function nextId(use: string, plans: readonly DevicePlan[]): string {
  let number = 0;
  while (plans.some((plan) => plan.id === `${use}${number}`)) number++;
  return `${use}${number}`;
}
