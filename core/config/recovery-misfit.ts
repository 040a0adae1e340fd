// Whether a recovery fits a replication: one that expects that nothing unverified left can't recover from it.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import type { Release, ReplicationPlan } from "../api/replication.ts";

const RELEASES: Readonly<Record<Release, string>> = {
  agreed: "only what the replicas agreed on",
  primary: "what the primary says, uncompared",
};

/** @returns the problem, XV_ERR_CONFIG_RECOVERY_MISMATCH, or undefined when they fit */
export function recoveryMisfit(
  { release = "agreed" }: Pick<ReplicationPlan, "release">,
  slots: { readonly replication: SlotConfig; readonly recovery: SlotConfig },
  registry: Registry,
  place = "recovery.use",
): ExtravirtError | undefined {
  const { replication, recovery } = slots;
  const fits = ({ releases = ["agreed"] }: { readonly releases?: readonly Release[] }): boolean =>
    releases.includes(release);
  if (fits(registry.get("recovery", recovery.use))) return undefined;
  const fitting = registry.list("recovery").filter(fits);
  return new ExtravirtError(
    "XV_ERR_CONFIG_RECOVERY_MISMATCH",
    `The recovery ${recovery.use} does not fit the replication ${replication.use}, which releases ${RELEASES[release]}.`,
    {
      place,
      value: recovery.use,
      remedy: `Use one that does: ${fitting.map(({ name }) => name).join(", ") || "none is registered, add a plugin"}.`,
    },
  );
}
