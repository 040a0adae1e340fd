// Which instruments a run has, and whether its platform takes them.
import type { Config } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Platform } from "../api/platform.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { ReplicationPlan } from "../api/replication.ts";

/** Those of the config, and those of the replication's plan that are not among them: the config's options win. */
export function instrumentsOf(
  { instrumentation: own = [] }: Config,
  { instruments = [] }: ReplicationPlan,
): readonly SlotConfig[] {
  return [...own, ...instruments.filter(({ use }) => !own.some((slot) => slot.use === use))];
}

/** @throws XV_ERR_INSTRUMENT_PLATFORM */
export function checkInstrumentable(
  instruments: readonly SlotConfig[],
  { instrumentation = [], replication }: Config,
  platform: Platform,
): void {
  const [first] = instruments;
  if (first === undefined || platform.isInstrumentable === true) return;
  throw new ExtravirtError(
    "XV_ERR_INSTRUMENT_PLATFORM",
    `The platform ${platform.name} takes no instruments: it generates no code from semantics.`,
    {
      place: instrumentation.length > 0 ? "instrumentation[0].use" : "replication.use",
      value: instrumentation.length > 0 ? first.use : replication.use,
      remedy:
        "Remove the instrumentation or the replication that needs it, or choose a platform that takes it, such as riscv-virt.",
    },
  );
}
