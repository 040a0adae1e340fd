// Maps a provider kind to its interface.
import type { Backend } from "./backend.ts";
import type { BoundaryProvider } from "./boundary.ts";
import type { BootLoader } from "./boot-loader.ts";
import type { CheckpointPolicyProvider } from "./checkpoint-policy.ts";
import type { DeviceModel } from "./device.ts";
import type { FaultArrivalProvider } from "./fault-arrival.ts";
import type { FaultModel } from "./fault-model.ts";
import type { FaultSamplingProvider } from "./fault-sampling.ts";
import type { ImageSource } from "./image-source.ts";
import type { InstrumentationProvider } from "./instrumentation.ts";
import type { CoreDiagnosisProvider } from "./core-diagnosis.ts";
import type { ManagerProtectionProvider } from "./manager-protection.ts";
import type { MemorySharingProvider } from "./memory-sharing.ts";
import type { PlacementProvider } from "./placement.ts";
import type { Platform } from "./platform.ts";
import type { ProviderKind } from "./provider.ts";
import type { RecoveryProvider } from "./recovery-strategy.ts";
import type { ReplicationProvider } from "./replication.ts";
import type { ResultStoreProvider } from "./result-store.ts";
import type { VotingPolicyProvider } from "./voting-policy.ts";

interface ProviderMap {
  platform: Platform;
  boot: BootLoader;
  device: DeviceModel;
  backend: Backend;
  replication: ReplicationProvider;
  "memory-sharing": MemorySharingProvider;
  checkpoint: CheckpointPolicyProvider;
  voting: VotingPolicyProvider;
  recovery: RecoveryProvider;
  placement: PlacementProvider;
  "core-diagnosis": CoreDiagnosisProvider;
  boundary: BoundaryProvider;
  "manager-protection": ManagerProtectionProvider;
  fault: FaultModel;
  "fault-arrival": FaultArrivalProvider;
  "image-source": ImageSource;
  instrumentation: InstrumentationProvider;
  "fault-sampling": FaultSamplingProvider;
  "result-store": ResultStoreProvider;
}

export type ProviderOf<K extends ProviderKind> = ProviderMap[K];
