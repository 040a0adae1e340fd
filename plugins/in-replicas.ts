// What a replica needs of the plugins that come with ExtraVirt. Everything else decides, keeps or carries on the
// coordinator's side: a worker that does not load it is there sooner, and starting one is part of the time that a
// recovery takes (bench: start).
import type { Plugin } from "../core/index.ts";
import { devicesPlugin } from "./devices/index.ts";
import { faultsPlugin } from "./faults/index.ts";
import { guestArchitectures } from "./guest-architectures.ts";
import { instrumentationPlugin } from "./instrumentation/index.ts";

export const builtInPlugins: readonly (string | Plugin)[] = [
  faultsPlugin,
  devicesPlugin,
  instrumentationPlugin,
  ...guestArchitectures,
];
