// What a machine starts with: images that are obtained, and what its boot loader makes of them.
import type { BootImage } from "../api/boot-loader.ts";
import type { Config } from "../api/config.ts";
import type { ImageSet } from "../api/image-source.ts";
import type { Registry } from "../api/plugin.ts";
import { encodeDeviceTree } from "../machine/flattened-device-tree.ts";
import { optionsOf, withModels, type DevicePlan } from "../machine/machine-plan.ts";

export async function obtainImages(
  config: Config,
  registry: Registry,
  log: (message: string) => void,
): Promise<ImageSet> {
  if (config.images === undefined) return {};
  return registry.get("image-source", config.images.use).obtain(optionsOf(config.images), log);
}

export async function loadBootImage(
  config: Config,
  registry: Registry,
  devices: readonly DevicePlan[],
  images: ImageSet,
): Promise<BootImage> {
  const { machine } = config;
  const platform = registry.get("platform", machine.platform.use);
  return registry.get("boot", machine.boot.use).load(optionsOf(machine.boot), {
    ramBase: platform.ramBase,
    ramBytes: machine.ramBytes,
    harts: machine.harts,
    images,
    flattenDeviceTree: ({ chosen, reserved }) =>
      encodeDeviceTree(
        platform.deviceTree(optionsOf(machine.platform), {
          harts: machine.harts,
          ramBytes: machine.ramBytes,
          devices: withModels(devices, registry),
          chosen,
          reserved,
        }),
        [],
      ),
  });
}
