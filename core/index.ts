// The only barrel: everything a plugin may import from the core.
export { directoryError } from "./campaign/directory-failure.ts";
export { lockDirectory } from "./campaign/directory-lock.ts";
export {
  differencesOf,
  placeOfOrigin,
  remedyOfChange,
  requireSame,
} from "./campaign/require-same.ts";
export { resultText } from "./campaign/result-text.ts";
export { ACTIVITIES } from "./api/activity-observer.ts";
export type { Activity, ActivityObserver } from "./api/activity-observer.ts";
export type * from "./api/backend.ts";
export type * from "./api/boot-loader.ts";
export type * from "./api/checkpoint-policy.ts";
export type * from "./api/code-exchange.ts";
export type * from "./api/boundary.ts";
export type * from "./api/campaign.ts";
export type * from "./api/config.ts";
export type * from "./api/core-diagnosis.ts";
export { COORDINATOR_MOMENTS, COORDINATOR_STRUCTURES } from "./api/coordinator-state.ts";
export type {
  CoordinatorMoment,
  CoordinatorStructure,
  CoordinatorTarget,
  StateCell,
} from "./api/coordinator-state.ts";
export type * from "./api/device.ts";
export type * from "./api/epoch.ts";
export { removeLeftoverSocket } from "./leftover-socket.ts";
export { ExtravirtError } from "./api/extravirt-error.ts";
export type { ErrorCode, ErrorDetails } from "./api/extravirt-error.ts";
export { FAILURES, OUTCOMES } from "./api/experiment.ts";
export type * from "./api/experiment.ts";
export type * from "./api/fault-arrival.ts";
export type * from "./api/fault-model.ts";
export type * from "./api/fault-sampling.ts";
export { DIRTY, PAGE_BYTES } from "./api/guest-memory.ts";
export type { DeviceMemory, GuestMemory, MemoryObserver, PageMap } from "./api/guest-memory.ts";
export type * from "./api/image-source.ts";
export type * from "./api/instrumentation.ts";
export type * from "./api/logger.ts";
export type * from "./api/manager-protection.ts";
export { MAX_LEASE_MS } from "./lease/lease-terms.ts";
export { ZERO_PAGE } from "./api/memory-sharing.ts";
export type * from "./api/memory-sharing.ts";
export type * from "./api/operation.ts";
export type * from "./api/placement.ts";
export type * from "./api/platform.ts";
export { API_VERSION } from "./api/plugin.ts";
export type { Plugin, Registry } from "./api/plugin.ts";
export { ENGINES } from "./api/processor.ts";
export type * from "./api/processor.ts";
export type * from "./api/processor-faults.ts";
export { PROVIDER_KINDS } from "./api/provider.ts";
export type {
  OptionsConflict,
  OptionsSchema,
  Provider,
  ProviderKind,
  SlotConfig,
} from "./api/provider.ts";
export type * from "./api/provider-of.ts";
export type * from "./api/recovery-strategy.ts";
export type * from "./api/replication.ts";
export type * from "./api/result-store.ts";
export type * from "./api/semantics.ts";
export { atRetirement, atStart, withOverrides } from "./api/semantics-overrides.ts";
export type * from "./api/state-codec.ts";
export type * from "./api/virtual-clock.ts";
export type * from "./api/vmm.ts";
export type * from "./api/voting-policy.ts";
export { siteDrawer, undrawable } from "./fault-sites/draw-site.ts";
export type { DrawSite } from "./fault-sites/draw-site.ts";
export { RandomStream } from "./fault-sites/random-stream.ts";
export { isDrawnUnasked } from "./fault-sites/site-options.ts";
export type { Site } from "./fault-sites/site-options.ts";
