// Every built-in strategy, with options under which it does something in the short runs of the bundled guests.
import type { ProviderKind, SlotConfig } from "../../../core/index.ts";

/** A strategy's slots to try, by the provider's name. */
export type Variants = Readonly<Record<string, readonly SlotConfig[]>>;

export const MEMORY_SHARING: Variants = {
  private: [{ use: "private" }],
  "copy-on-write": [{ use: "copy-on-write" }],
  "merge-verified": [
    { use: "merge-verified" },
    { use: "merge-verified", keepPrivateAfter: 2, mergeAfterQuiet: 2 },
  ],
  "content-hash": [{ use: "content-hash" }, { use: "content-hash", scanPages: 3, mergePages: 2 }],
};

export const CHECKPOINT: Variants = {
  never: [{ use: "never" }],
  periodic: [
    { use: "periodic", everyEpochs: 1 },
    { use: "periodic", everyEpochs: 4 },
    { use: "periodic", everySteps: 30_000 },
    { use: "periodic", everyMs: 1 },
    { use: "periodic", everyEpochs: 2, generations: 3, cleanSteps: 20_000 },
    { use: "periodic", everyEpochs: 2, heldFrom: 1, pagesPerEpoch: 2 },
  ],
  "output-rate": [{ use: "output-rate", outputs: 2, minSteps: 10_000, maxSteps: 400_000 }],
  "dirty-pages": [
    { use: "dirty-pages", pages: 3, maxSteps: 300_000, heldFrom: 2, pagesPerEpoch: 3 },
  ],
  adaptive: [
    // So many faults that these short runs have several checkpoints.
    { use: "adaptive", faultsPerHour: 1e9 },
    { use: "adaptive", faultsPerHour: 1e9, formula: "young", cost: "measured" },
  ],
};

export const RECOVERY: Variants = {
  "third-replica": [{ use: "third-replica" }],
  repair: [{ use: "repair" }],
  rollback: [{ use: "rollback" }],
  failover: [{ use: "failover" }, { use: "failover", reprotect: false }],
  "fail-stop": [{ use: "fail-stop" }],
};

export const VARIANTS: Readonly<Partial<Record<ProviderKind, Variants>>> = {
  "memory-sharing": MEMORY_SHARING,
  checkpoint: CHECKPOINT,
  recovery: RECOVERY,
};

export const slotsOf = (variants: Variants): SlotConfig[] => Object.values(variants).flat();
