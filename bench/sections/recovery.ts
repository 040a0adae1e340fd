// Recovery by a third replica, with little and with much to replay since the last checkpoint.
import { BenchError } from "../bench-error.ts";
import { inTurns } from "../in-turns.ts";
import { measureRun, type MeasuredRun } from "../measured-run.ts";
import type { Row } from "../row.ts";
import type { RecoveryFigures } from "../run-figures.ts";
import { median } from "../statistics.ts";
import { guestConfig, PAIR } from "../workloads.ts";
import type { Section } from "./section.ts";

const EXTRA_MS = 20;
/** With a checkpoint every 100 million steps: soon after one, and shortly before the next. */
const SHORT_REPLAY_FAULT = 105_500_000;
const LONG_REPLAY_FAULT = 190_500_000;

export const recovery: Section = {
  name: "recovery",
  summary: "recovery by a third replica against the time of what it replays",
  async measure({ runs, note }) {
    const samples = await inTurns(
      runs,
      {
        "short replay": () => runWithFault(SHORT_REPLAY_FAULT),
        "long replay": () => runWithFault(LONG_REPLAY_FAULT),
      },
      (text) => note(`recovery: ${text}`),
    );
    return (["short replay", "long replay"] as const).map((name) =>
      recoveryRow(name, samples[name].map(onlyRecovery)),
    );
  },
};

function runWithFault(at: number): Promise<MeasuredRun> {
  const fault = { use: "register-bit-flip", replica: 1, at, register: "x2", bit: 4 };
  return measureRun(guestConfig("integer", { ...PAIR, faults: [fault] }));
}

function onlyRecovery({ run: { recoveries } }: MeasuredRun): RecoveryFigures {
  const [first] = recoveries;
  if (first === undefined || recoveries.length > 1) {
    throw new BenchError(`one recovery was expected, not ${recoveries.length}`);
  }
  return first;
}

function recoveryRow(name: string, recoveries: readonly RecoveryFigures[]): Row {
  const durations = recoveries.map(({ durationMs }) => durationMs);
  const steps = median(recoveries.map(({ intervalSteps }) => intervalSteps));
  const value = median(durations);
  const interval = median(recoveries.map(({ intervalMs }) => intervalMs));
  return {
    id: `recovery.${name.replace(" ", "-")}`,
    what: `recovery, ${name} of ${(steps / 1e6).toFixed(0)} M steps`,
    value,
    unit: "ms",
    samples: durations,
    peer: { name: "first run of those steps", value: interval },
    ratio: { kind: "time", value: value / interval },
    budget: { text: `<= that + ${EXTRA_MS} ms`, isMet: value <= interval + EXTRA_MS },
  };
}
