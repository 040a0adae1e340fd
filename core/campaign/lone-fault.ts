// What becomes of a fault that strikes one replica, once it is noticed: the strategies of the config say it, where what
// replicas without faults would claim decides. All else is refused: only the config's own run tells it.
import type { Config, FaultConfig } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import type { Registry } from "../api/plugin.ts";
import type { LoneFaultEnd } from "../api/recovery-strategy.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import { optionsOf } from "../machine/machine-plan.ts";

interface Refusal {
  /** Option of the config. */
  readonly place: string;
  readonly value: string;
  readonly why: string;
}

export class LoneFaults {
  readonly plan: ReplicationPlan;
  readonly #registry: Registry;
  readonly #config: Config;

  constructor(config: Config, registry: Registry) {
    this.#config = config;
    this.#registry = registry;
    this.plan = planOf(config, registry);
  }

  /**
   * @returns what follows when it is noticed
   * @throws XV_ERR_CAMPAIGN_MODE
   */
  endOf(fault: FaultConfig): LoneFaultEnd {
    const refusal = this.#refusalOf(fault);
    if (refusal !== undefined) throw refused(refusal);
    const { recovery } = this.#config;
    const { onLoneFault } = this.#registry.get("recovery", recovery.use);
    const end = this.#isLasting(fault) ? onLoneFault?.lasting : onLoneFault?.transient;
    if (end !== undefined) return end;
    throw refused({
      place: "recovery.use",
      value: recovery.use,
      why: `What the recovery ${recovery.use} makes of a fault that stays, ${fault.use}, depends on more than the struck replica.`,
    });
  }

  #isLasting({ use, ...options }: FaultConfig): boolean {
    return this.#registry.get("fault", use).isPermanent?.(options) === true;
  }

  #refusalOf({ use, replica, core, repeat }: FaultConfig): Refusal | undefined {
    const { ofCoordinator, isOfHostFrames } = this.#registry.get("fault", use);
    const refuse = (why: string): Refusal => ({ place: "campaign.models", value: use, why });
    if (ofCoordinator !== undefined) return refuse(`${use} strikes the coordinator, no replica.`);
    if (isOfHostFrames === true) return refuse(`${use} strikes frames that replicas share.`);
    if (core !== undefined) return refuse("A fault of a core strikes whoever runs there.");
    if (repeat !== undefined)
      return refuse("A fault that repeats may strike again after a recovery.");
    if (typeof replica === "number" && replica < this.plan.replicas) return undefined;
    return refuse("It has to strike one of the replicas that run from the start.");
  }
}

/**
 * Before anything runs.
 * @throws XV_ERR_CAMPAIGN_MODE
 */
export function checkLoneFaults({ config, registry, placeOf }: LoadedConfig): void {
  const refusal = refusalOf(config, registry);
  if (refusal !== undefined) throw refused(refusal, (option) => placeOf(option.split(".")));
}

const planOf = ({ replication }: Config, registry: Registry): ReplicationPlan =>
  registry.get("replication", replication.use).create(optionsOf(replication));

function refusalOf(config: Config, registry: Registry): Refusal | undefined {
  const { replication, boundary, placement, voting, recovery, checkpoint } = config;
  const plan = planOf(config, registry);
  const refuse = (option: string, value: string, why: string): Refusal => ({
    place: `${option}.use`,
    value,
    why,
  });
  if (plan.release === "primary") {
    return refuse("replication", replication.use, "Outputs leave before anything is compared.");
  }
  if (plan.engines === "diverse") {
    return refuse("replication", replication.use, "No verdict rests on one kind of engine.");
  }
  if (registry.get("boundary", boundary.use).create(optionsOf(boundary)).devices === "below") {
    return refuse("boundary", boundary.use, "Devices below look at the memory of all replicas.");
  }
  const { mode } = registry.get("placement", placement.use).create(optionsOf(placement));
  if (mode === "process" || mode === "host") {
    return refuse("placement", placement.use, "Replicas have memories of their own.");
  }
  const { onLoneFault } = registry.get("recovery", recovery.use);
  if (onLoneFault === undefined) {
    return refuse("recovery", recovery.use, "Nothing is known of how it recovers.");
  }
  const isVoted = plan.replicas > 1 && onLoneFault.transient === "recovered";
  if (isVoted && registry.get("voting", voting.use).outvotesOne !== true) {
    return refuse("voting", voting.use, "Whom it outvotes is not known.");
  }
  const policy = registry.get("checkpoint", checkpoint.use);
  if (plan.replicas > 1 && policy.isSteadyUnderFaults !== true) {
    return refuse(
      "checkpoint",
      checkpoint.use,
      "When it asks for checkpoints depends on what a faulty replica does.",
    );
  }
  return undefined;
}

function refused(
  { place, value, why }: Refusal,
  placeOf: (option: string) => string = (option) => option,
): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_MODE",
    `The run without faults does not tell what becomes of such a fault: ${why}`,
    {
      place: placeOf(place),
      value,
      remedy: "Use campaign.mode: full, or other strategies and models.",
    },
  );
}
