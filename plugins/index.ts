// The plugins that come with ExtraVirt, in order of registration. Those that replicas need are in in-replicas.ts as well.
import type { Plugin } from "../core/index.ts";
import { backendsPlugin } from "./backends/index.ts";
import { boundaryPlugin } from "./boundary/index.ts";
import { checkpointPlugin } from "./checkpoint/index.ts";
import { coreDiagnosisPlugin } from "./core-diagnosis/index.ts";
import { devicesPlugin } from "./devices/index.ts";
import { faultArrivalsPlugin } from "./fault-arrivals/index.ts";
import { faultSamplingPlugin } from "./fault-sampling/index.ts";
import { faultsPlugin } from "./faults/index.ts";
import { guestArchitectures } from "./guest-architectures.ts";
import { imageSourcesPlugin } from "./image-sources/index.ts";
import { instrumentationPlugin } from "./instrumentation/index.ts";
import { memorySharingPlugin } from "./memory-sharing/index.ts";
import { managerProtectionPlugin } from "./manager-protection/index.ts";
import { placementPlugin } from "./placement/index.ts";
import { recoveryPlugin } from "./recovery/index.ts";
import { replicationPlugin } from "./replication/index.ts";
import { resultStorePlugin } from "./result-store/index.ts";
import { votingPlugin } from "./voting/index.ts";

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
  ...guestArchitectures,
];
