// The combinations of strategies that are compared, and what each stands for.
import type { SlotText } from "../workloads.ts";

export interface Combination {
  /** As in the table. */
  readonly name: string;
  readonly slots: Readonly<Record<string, SlotText>>;
}

const NEVER: SlotText = { use: "never" };
const PERIODIC: SlotText = { use: "periodic", everySteps: 100_000_000 };
const PAIR: Readonly<Record<string, SlotText>> = {
  replication: { use: "pair" },
  memorySharing: { use: "merge-verified" },
  checkpoint: PERIODIC,
  recovery: { use: "third-replica" },
};

/** The first one is what the others are measured against. */
export const COMBINATIONS: readonly Combination[] = [
  {
    name: "solo, fail-stop",
    slots: {
      replication: { use: "solo" },
      checkpoint: NEVER,
      recovery: { use: "fail-stop" },
      memorySharing: { use: "merge-verified" },
    },
  },
  {
    name: "solo, rollback",
    slots: { ...PAIR, replication: { use: "solo" }, recovery: { use: "rollback" } },
  },
  { name: "pair, fail-stop", slots: { ...PAIR, recovery: { use: "fail-stop" } } },
  { name: "pair, rollback", slots: { ...PAIR, recovery: { use: "rollback" } } },
  { name: "pair, third-replica", slots: PAIR },
  {
    name: "pair, third-replica, no checkpoint",
    slots: { ...PAIR, checkpoint: NEVER },
  },
  {
    name: "pair, third-replica, copy-on-write",
    slots: { ...PAIR, memorySharing: { use: "copy-on-write" } },
  },
  {
    name: "pair, third-replica, private",
    slots: { ...PAIR, memorySharing: { use: "private" } },
  },
  {
    name: "pair, third-replica, dirty-pages",
    slots: { ...PAIR, checkpoint: { use: "dirty-pages", pages: 1024 } },
  },
  {
    name: "pair, third-replica, adaptive",
    slots: { ...PAIR, checkpoint: { use: "adaptive", faultsPerHour: 60 } },
  },
];
