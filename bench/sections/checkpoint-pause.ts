// How long two replicas stand still at a checkpoint: with few dirty pages, and with many.
import { inTurns } from "../in-turns.ts";
import { measureRun } from "../measured-run.ts";
import type { Row } from "../row.ts";
import type { CheckpointFigures } from "../run-figures.ts";
import { median, sum } from "../statistics.ts";
import { guestConfig, PAIR, type Slots } from "../workloads.ts";
import type { Section } from "./section.ts";

const OFTEN: Slots = { ...PAIR, checkpoint: { use: "periodic", everyEpochs: 10 } };
const GUESTS = ["integer", "memory"] as const;
/** Some twenty checkpoints each: those of the first moments, while code is compiled, are not the rule. */
const RUNS = { integer: "iterations=1600", memory: "iterations=6" } as const;
const FIXED_MS = 1;
const MS_PER_PAGE = 0.0005;
/** Below so many a checkpoint, what a pause costs is not the pages. */
const MANY_PAGES = 100;

export const checkpointPause: Section = {
  name: "checkpoint",
  summary: "how long two replicas stand still at a checkpoint",
  async measure({ runs, note }) {
    const samples = await inTurns(
      runs,
      {
        integer: () => measureRun(guestConfig("integer", OFTEN, RUNS.integer)),
        memory: () => measureRun(guestConfig("memory", OFTEN, RUNS.memory)),
      },
      (text) => note(`checkpoint pause: ${text}`),
    );
    return GUESTS.flatMap((guest) =>
      pauseRows(
        guest,
        guest,
        samples[guest].flatMap(({ run }) => run.checkpoints),
      ),
    );
  },
};

/** @param checkpoints of all runs together. */
export function pauseRows(
  name: string,
  id: string,
  checkpoints: readonly CheckpointFigures[],
): Row[] {
  if (checkpoints.length === 0) return [];
  const pauses = checkpoints.map(({ pauseMs }) => pauseMs);
  const pages = checkpoints.map(({ dirtyPages }) => dirtyPages);
  const allowed = pages.map((count) => FIXED_MS + MS_PER_PAGE * count);
  const ratio = median(pauses.map((pause, index) => pause / (allowed[index] ?? FIXED_MS)));
  return [
    {
      id: `checkpoint.${id}.pause`,
      what: `${name}, checkpoint pause`,
      value: median(pauses),
      unit: "ms",
      samples: pauses,
      peer: { name: "allowed for its pages", value: median(allowed) },
      ratio: { kind: "time", value: ratio },
      budget: { text: "<= 1 ms + 0.5 µs a dirty page", isMet: ratio <= 1 },
    },
    {
      id: `checkpoint.${id}.pages`,
      what: `${name}, dirty pages at a checkpoint`,
      value: median(pages),
      unit: "pages",
      samples: pages,
    },
    ...(sum(pages) < MANY_PAGES * pages.length
      ? []
      : [perPageRow(name, id, (sum(pauses) * 1000) / sum(pages))]),
  ];
}

function perPageRow(name: string, id: string, value: number): Row {
  return {
    id: `checkpoint.${id}.per-page`,
    what: `${name}, whole pause per dirty page`,
    value,
    unit: "µs",
  };
}
