// What each replication is made for: which recoveries go with it, and which faults it promises to survive.
import type { SlotConfig } from "../../../core/index.ts";

interface RecoveryCase {
  readonly slot: SlotConfig;
  readonly votings: readonly SlotConfig[];
  /** The policy says that it stops rather than go on. */
  readonly mayStop: boolean;
}

export interface ReplicationCase {
  readonly slot: SlotConfig;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  readonly replicas: number;
  readonly recoveries: readonly RecoveryCase[];
  /** Made for processors that stop, not for such that compute wrongly. */
  readonly isFailStop: boolean;
  readonly maxFaults: number;
}

const MAJORITY: readonly SlotConfig[] = [{ use: "majority" }];

const recovery = (
  use: string,
  {
    votings = MAJORITY,
    mayStop = false,
    ...options
  }: Partial<Omit<RecoveryCase, "slot">> & Record<string, unknown> = {},
): RecoveryCase => ({ slot: { use, ...options }, votings, mayStop });

const FAIL_STOP = recovery("fail-stop", { mayStop: true });
const ROLLBACK = recovery("rollback", { votings: [{ use: "majority" }, { use: "unanimous" }] });
const REPAIR = recovery("repair");
const THIRD_REPLICA = recovery("third-replica");

export const REPLICATIONS: readonly ReplicationCase[] = [
  {
    slot: { use: "pair" },
    weight: 5,
    replicas: 2,
    recoveries: [THIRD_REPLICA, THIRD_REPLICA, REPAIR, ROLLBACK, FAIL_STOP],
    isFailStop: false,
    maxFaults: 3,
  },
  {
    slot: { use: "triple" },
    weight: 3,
    replicas: 3,
    recoveries: [THIRD_REPLICA, THIRD_REPLICA, REPAIR, ROLLBACK, FAIL_STOP],
    isFailStop: false,
    maxFaults: 3,
  },
  {
    slot: { use: "primary-backup" },
    weight: 2,
    replicas: 2,
    recoveries: [recovery("failover"), recovery("failover", { reprotect: false })],
    isFailStop: true,
    // Two deaths at once leave nobody.
    maxFaults: 1,
  },
  {
    slot: { use: "duplicated" },
    weight: 1,
    replicas: 1,
    recoveries: [ROLLBACK, FAIL_STOP],
    isFailStop: true,
    maxFaults: 2,
  },
  {
    slot: { use: "solo" },
    weight: 1,
    replicas: 1,
    recoveries: [ROLLBACK, FAIL_STOP],
    isFailStop: true,
    maxFaults: 2,
  },
];
