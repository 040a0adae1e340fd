// The plugins that come with ExtraVirt, in order of registration. Guest architectures are named by address,
// so that no plugin folder depends on them.
import type { Plugin } from "../core/index.ts";
import { backendsPlugin } from "./backends/index.ts";
import { boundaryPlugin } from "./boundary/index.ts";
import { checkpointPlugin } from "./checkpoint/index.ts";
import { coreDiagnosisPlugin } from "./core-diagnosis/index.ts";
import { devicesPlugin } from "./devices/index.ts";
import { faultArrivalsPlugin } from "./fault-arrivals/index.ts";
import { faultSamplingPlugin } from "./fault-sampling/index.ts";
import { faultsPlugin } from "./faults/index.ts";
import { imageSourcesPlugin } from "./image-sources/index.ts";
import { instrumentationPlugin } from "./instrumentation/index.ts";
import { memorySharingPlugin } from "./memory-sharing/index.ts";
import { managerProtectionPlugin } from "./manager-protection/index.ts";
import { placementPlugin } from "./placement/index.ts";
import { recoveryPlugin } from "./recovery/index.ts";
import { replicationPlugin } from "./replication/index.ts";
import { resultStorePlugin } from "./result-store/index.ts";
import { votingPlugin } from "./voting/index.ts";

const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const guestArch = (name: string): string =>
  new URL(`../guest-archs/${name}/index${EXTENSION}`, import.meta.url).href;

export const builtInPlugins: readonly (string | Plugin)[] = [
  replicationPlugin,
  memorySharingPlugin,
  checkpointPlugin,
  votingPlugin,
  recoveryPlugin,
  placementPlugin,
  coreDiagnosisPlugin,
  boundaryPlugin,
  managerProtectionPlugin,
  faultsPlugin,
  faultArrivalsPlugin,
  faultSamplingPlugin,
  devicesPlugin,
  backendsPlugin,
  imageSourcesPlugin,
  instrumentationPlugin,
  resultStorePlugin,
  guestArch("riscv"),
  guestArch("toy"),
];
