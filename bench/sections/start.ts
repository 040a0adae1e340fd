// From the creation of a replica's worker to its first guest instructions.
import { inTurns } from "../in-turns.ts";
import { measureRun } from "../measured-run.ts";
import { atMost } from "../row.ts";
import { median } from "../statistics.ts";
import { guestConfig, SOLO } from "../workloads.ts";
import type { Section } from "./section.ts";

const MOST_MS = 150;
/** The shortest epochs there are: the end of the first is the earliest sign of life. */
const REPLICATION = { use: "solo", epochSteps: 100, runAheadEpochs: 64 };

export const start: Section = {
  name: "start",
  summary: "from the creation of a worker to its first guest instructions",
  async measure({ runs, note }) {
    const { start: samples } = await inTurns(
      runs,
      { start: () => measureRun(guestConfig("small", { ...SOLO, replication: REPLICATION })) },
      note,
    );
    const times = samples.map(({ run }) => run.startMs);
    const value = median(times);
    return [
      {
        id: "start.worker",
        what: "worker start to first guest instructions",
        value,
        unit: "ms",
        samples: times,
        budget: atMost(MOST_MS, value, { unit: "ms" }),
      },
    ];
  },
};
