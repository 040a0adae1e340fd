// What comparing costs: two replicas against one machine, and against two machines that know nothing of each other
// and run side by side on the same cores.
import { inTurns } from "../in-turns.ts";
import { measureRun, type MeasuredRun } from "../measured-run.ts";
import { atMost, type Row } from "../row.ts";
import { sum } from "../statistics.ts";
import { debianConfig, guestConfig, PAIR, SOLO, type Slots } from "../workloads.ts";
import { compareTimes } from "./compare-times.ts";
import type { BenchContext, Section } from "./section.ts";

const MOST_AGAINST_TWO = 1.05;
const AIM_AGAINST_TWO = 1.03;

interface Workload {
  readonly id: string;
  readonly name: string;
  readonly configOf: (slots: Slots) => object;
}

/** Seconds long, so that starting a process is a small part of it. */
const BARE: readonly Workload[] = [
  // About 4.5 billion instructions.
  {
    id: "",
    name: "integer",
    configOf: (slots) => guestConfig("integer", slots, "iterations=5600"),
  },
  {
    id: ".memory",
    name: "memory",
    configOf: (slots) => guestConfig("memory", slots, "iterations=12"),
  },
];

export const replication: Section = {
  name: "replication",
  summary: "two compared replicas against one machine and against two machines side by side",
  async measure(context) {
    const files = await context.images();
    const debian: readonly Workload[] =
      files === undefined
        ? []
        : [
            {
              id: ".debian",
              name: "Debian boot",
              configOf: (slots) => debianConfig(files, slots),
            },
          ];
    const rows: Row[] = [];
    for (const workload of [...BARE, ...debian]) rows.push(...(await measure(workload, context)));
    return rows;
  },
};

async function measure(
  { id, name, configOf }: Workload,
  { runs, note }: BenchContext,
): Promise<Row[]> {
  const solo = (): Promise<MeasuredRun> => measureRun(configOf(SOLO));
  const samples = await inTurns(
    runs,
    {
      pair: () => measureRun(configOf(PAIR)),
      solo,
      "two solo": () => Promise.all([solo(), solo()]),
    },
    (text) => note(`replication of ${name}: ${text}`),
  );
  const pair = { name: `${name}, pair, wall`, seconds: samples.pair.map(wall) };
  const one = { name: "solo", seconds: samples.solo.map(wall) };
  const two = {
    name: "two solo side by side",
    seconds: samples["two solo"].map((both) => Math.max(...both.map(wall))),
  };
  const pairCpu = { name: `${name}, pair, CPU time`, seconds: samples.pair.map(cpu) };
  const twoCpu = {
    name: "two solo, summed",
    seconds: samples["two solo"].map((both) => sum(both.map(cpu))),
  };
  return [
    compareTimes(`replication${id}.one`, pair, one),
    compareTimes(`replication${id}.two`, pair, two, (ratio) =>
      atMost(MOST_AGAINST_TWO, ratio, { aim: AIM_AGAINST_TWO }),
    ),
    compareTimes(`replication${id}.cpu`, pairCpu, twoCpu),
  ];
}

/** The guest running: the start of a process is not what replication costs. */
const wall = ({ run }: MeasuredRun): number => run.running.wallSeconds;
const cpu = ({ run }: MeasuredRun): number => run.running.cpuSeconds;
