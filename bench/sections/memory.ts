// Frames two replicas need at rest after a checkpoint, per memory-sharing strategy, against one machine. Runs repeat
// exactly, so one of each is enough.
import { BenchError } from "../bench-error.ts";
import { measureRun } from "../measured-run.ts";
import { atMost, type Row } from "../row.ts";
import { debianConfig, guestConfig, PAIR, SOLO, type Slots, type SlotText } from "../workloads.ts";
import type { BenchContext, Section } from "./section.ts";

const MERGING = "merge-verified";
const STRATEGIES = [MERGING, "content-hash", "copy-on-write", "private"] as const;
const MOST_AT_REST = 1.05;

interface Workload {
  readonly id: string;
  readonly name: string;
  readonly checkpoint: SlotText;
  /** Whether the budget is for it: a program that writes all its memory again and again is never at rest. */
  readonly isBudgeted: boolean;
  readonly configOf: (slots: Slots) => object;
}

export const memory: Section = {
  name: "memory",
  summary: "frames of two replicas at rest after a checkpoint, per memory-sharing strategy",
  async measure(context) {
    const rows = await measureWorkload(
      {
        id: "memory.memory",
        name: "memory",
        checkpoint: { use: "periodic", everyEpochs: 20 },
        isBudgeted: false,
        configOf: (slots) => guestConfig("memory", slots),
      },
      context,
    );
    const files = await context.images();
    if (files === undefined) return rows;
    const debian = await measureWorkload(
      {
        id: "memory.debian",
        name: "Debian boot",
        checkpoint: { use: "periodic", everyEpochs: 100 },
        isBudgeted: true,
        configOf: (slots) => debianConfig(files, slots),
      },
      context,
    );
    return [...rows, ...debian];
  },
};

async function measureWorkload(
  { id, name, checkpoint, isBudgeted, configOf }: Workload,
  { note }: BenchContext,
): Promise<Row[]> {
  const framesOf = async (what: string, slots: Slots): Promise<number> => {
    note(`memory of ${name}: ${what}`);
    const { run } = await measureRun(configOf({ ...slots, checkpoint }));
    const last = run.checkpoints.at(-1);
    if (last === undefined) throw new BenchError(`${name} ended before its first checkpoint`);
    return last.frames;
  };
  // Merging leaves a single machine with exactly the pages it has touched.
  const alone = await framesOf("solo", { ...SOLO, memorySharing: { use: MERGING } });
  const rows: Row[] = [];
  for (const use of STRATEGIES) {
    const value = await framesOf(`pair, ${use}`, { ...PAIR, memorySharing: { use } });
    const ratio = value / alone;
    rows.push({
      id: `${id}.${use}`,
      what: `${name}, pair at rest, ${use}`,
      value,
      unit: "frames",
      peer: { name: "solo", value: alone },
      ratio: { kind: "frames", value: ratio },
      ...(isBudgeted && use === MERGING ? { budget: atMost(MOST_AT_REST, ratio) } : {}),
    });
  }
  return rows;
}
