// Experiments of a campaign against the recorded run without faults, per second of CPU time; the same ones without
// shortcuts: from power-on, and to the end where no difference is noticed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openExperimentRunner } from "../../core/campaign/experiment-setup.ts";
import { faultSpaceOf } from "../../core/campaign/fault-space.ts";
import { goldenRunOf } from "../../core/campaign/golden-run.ts";
import { withoutFaults } from "../../core/campaign/machine-definition.ts";
import { samplingPlanOf } from "../../core/campaign/sampling-plan.ts";
import { loadConfigObject } from "../../core/config/load-config.ts";
import type { Experiment } from "../../core/index.ts";
import { atLeast, type Row } from "../row.ts";
import { debianCommandLine, debianConfig, guestConfig, PAIR, SOLO } from "../workloads.ts";
import type { Section } from "./section.ts";

const DEBIAN_COMMAND = debianCommandLine("seq 1 20000 | md5sum; sort /etc/passwd | sha256sum");
/** The kernel has handed over to the command by then. */
const AFTER_BOOT = 0.9;

interface Subject {
  readonly id: string;
  readonly what: string;
  readonly config: object;
  readonly experiments: number;
  /** Of these without shortcuts. */
  readonly plain: number;
  /** Part of the run without faults that comes before the first fault. */
  readonly from: number;
  readonly leastPerSecond?: number;
}

/** How many times faster shortcuts have to be. */
const LEAST_RATIO = 20;

export const campaign: Section = {
  name: "campaign",
  summary: "experiments per second of a campaign against the run without faults",
  async measure({ images, note }) {
    const files = await images();
    const subjects: readonly Subject[] = [
      {
        id: "integer",
        what: "integer, pair",
        config: guestConfig("integer", PAIR),
        experiments: 400,
        plain: 12,
        from: 0,
        leastPerSecond: 100,
      },
      {
        id: "integer-solo",
        what: "integer, alone",
        config: guestConfig("integer", SOLO),
        experiments: 200,
        plain: 6,
        from: 0,
      },
      ...(files === undefined
        ? []
        : [
            {
              id: "debian",
              what: "Debian after boot, pair",
              config: debianConfig(files, PAIR, DEBIAN_COMMAND),
              experiments: 150,
              plain: 3,
              from: AFTER_BOOT,
              leastPerSecond: 5,
            },
          ]),
    ];
    const rows: Row[] = [];
    for (const subject of subjects) rows.push(...(await measure(subject, note)));
    return rows;
  },
};

async function measure(subject: Subject, note: (text: string) => void): Promise<readonly Row[]> {
  const cwd = mkdtempSync(join(tmpdir(), "extravirt-bench-"));
  try {
    const loaded = await loadConfigObject(
      { ...subject.config, campaign: { experiments: subject.experiments } },
      { cwd },
    );
    note(`campaign: ${subject.what}, the run without faults`);
    const golden = await goldenRunOf(loaded, { directory: join(cwd, "golden") });
    const fromStep = Math.floor(golden.facts.steps * subject.from);
    const { config } = loaded;
    const later = {
      ...loaded,
      config: { ...config, campaign: { ...config.campaign!, fromStep } },
    };
    const { experiments } = samplingPlanOf(
      later,
      faultSpaceOf(later, { ...golden.facts, recording: golden.recording }),
    );
    const setup = {
      mode: "against-golden",
      config: withoutFaults(config),
      golden,
      hangFactor: config.campaign!.hangFactor,
      fromStep,
    } as const;
    const quick = await perSecond(await openExperimentRunner(setup), experiments, (done) =>
      note(`campaign: ${subject.what}, ${done}`),
    );
    const plainRunner = await openExperimentRunner({ ...setup, isWithoutShortcuts: true });
    // One in so many, over the whole run.
    const every = Math.ceil(experiments.length / subject.plain);
    const some = experiments.filter((_, index) => index % every === 0);
    const plain = await perSecond(plainRunner, some, (done) =>
      note(`campaign: ${subject.what} without shortcuts, ${done}`),
    );
    return rowsOf(subject, quick, plain);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function rowsOf(
  { id, what, leastPerSecond }: Subject,
  quick: number,
  plain: number,
): readonly Row[] {
  const ratio = quick / plain;
  return [
    {
      id: `campaign.${id}`,
      what: `${what}, experiments of a core`,
      value: quick,
      unit: "per s",
      ...(leastPerSecond !== undefined && { budget: atLeast(leastPerSecond, quick) }),
    },
    {
      id: `campaign.${id}.shortcuts`,
      what: `${what}, against the same without shortcuts`,
      value: quick,
      unit: "per s",
      peer: { name: "from power-on, to the end", value: plain },
      ratio: { kind: "speed", value: ratio },
      ...(leastPerSecond !== undefined && { budget: atLeast(LEAST_RATIO, ratio) }),
    },
  ];
}

const BATCH = 32;

/** @returns experiments in a second of this process's CPU time */
async function perSecond(
  runner: Awaited<ReturnType<typeof openExperimentRunner>>,
  experiments: readonly Experiment[],
  note: (done: string) => void,
): Promise<number> {
  const inTime = experiments.toSorted((a, b) => a.fault.at - b.fault.at);
  const start = process.cpuUsage();
  for (let from = 0; from < inTime.length; from += BATCH) {
    const batch = inTime.slice(from, from + BATCH);
    await runner.run(batch);
    note(`${from + batch.length} of ${inTime.length}`);
  }
  const { user, system } = process.cpuUsage(start);
  return experiments.length / ((user + system) / 1e6);
}
