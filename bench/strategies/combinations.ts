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

const SOLO: Readonly<Record<string, SlotText>> = { ...PAIR, replication: { use: "solo" } };

/** The first one is what the others are measured against. */
export const COMBINATIONS: readonly Combination[] = [
  {
    name: "solo, fail-stop",
    slots: { ...SOLO, checkpoint: NEVER, recovery: { use: "fail-stop" } },
  },
  { name: "solo, rollback", slots: { ...SOLO, recovery: { use: "rollback" } } },
  {
    name: "duplicated, rollback",
    slots: { ...PAIR, replication: { use: "duplicated" }, recovery: { use: "rollback" } },
  },
  {
    name: "primary-backup, failover",
    slots: { ...PAIR, replication: { use: "primary-backup" }, recovery: { use: "failover" } },
  },
  { name: "pair, fail-stop", slots: { ...PAIR, recovery: { use: "fail-stop" } } },
  { name: "pair, rollback", slots: { ...PAIR, recovery: { use: "rollback" } } },
  { name: "pair, repair", slots: { ...PAIR, recovery: { use: "repair" } } },
  { name: "pair, third-replica (default)", slots: PAIR },
  { name: "as the default, no checkpoint", slots: { ...PAIR, checkpoint: NEVER } },
  {
    name: "as the default, copy-on-write",
    slots: { ...PAIR, memorySharing: { use: "copy-on-write" } },
  },
  { name: "as the default, private", slots: { ...PAIR, memorySharing: { use: "private" } } },
  {
    name: "as the default, content-hash",
    slots: { ...PAIR, memorySharing: { use: "content-hash" } },
  },
  {
    name: "as the default, keepPrivateAfter 2",
    slots: { ...PAIR, memorySharing: { use: "merge-verified", keepPrivateAfter: 2 } },
  },
  {
    name: "as the default, dirty-pages",
    slots: { ...PAIR, checkpoint: { use: "dirty-pages", pages: 1024 } },
  },
  {
    name: "as the default, 3 generations",
    slots: { ...PAIR, checkpoint: { ...PERIODIC, generations: 3 } },
  },
  { name: "triple, third-replica", slots: { ...PAIR, replication: { use: "triple" } } },
];
