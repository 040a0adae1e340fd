// What comparing costs: two replicas against one machine, and against two machines that know nothing of each other
// and run side by side on the same cores.
import { inTurns } from "../in-turns.ts";
import { measureRun, type MeasuredRun } from "../measured-run.ts";
import { atMost } from "../row.ts";
import { sum } from "../statistics.ts";
import { guestConfig, PAIR, SOLO } from "../workloads.ts";
import { compareTimes } from "./compare-times.ts";
import type { Section } from "./section.ts";

const GUEST = "integer";
/** About 4.5 billion instructions. */
const COMMAND_LINE = "iterations=5600";
const MOST_AGAINST_TWO = 1.1;
const AIM_AGAINST_TWO = 1.03;

export const replication: Section = {
  name: "replication",
  summary: "two compared replicas against one machine and against two machines side by side",
  async measure({ runs, note }) {
    const solo = (): Promise<MeasuredRun> => measureRun(guestConfig(GUEST, SOLO, COMMAND_LINE));
    const samples = await inTurns(
      runs,
      {
        pair: () => measureRun(guestConfig(GUEST, PAIR, COMMAND_LINE)),
        solo,
        "two solo": () => Promise.all([solo(), solo()]),
      },
      (text) => note(`replication: ${text}`),
    );
    const pair = { name: `${GUEST}, pair, wall`, seconds: samples.pair.map(wall) };
    const one = { name: "solo", seconds: samples.solo.map(wall) };
    const two = {
      name: "two solo side by side",
      seconds: samples["two solo"].map((both) => Math.max(...both.map(wall))),
    };
    const pairCpu = { name: `${GUEST}, pair, CPU time`, seconds: samples.pair.map(cpu) };
    const twoCpu = {
      name: "two solo, summed",
      seconds: samples["two solo"].map((both) => sum(both.map(cpu))),
    };
    return [
      compareTimes("replication.one", pair, one),
      compareTimes("replication.two", pair, two, (ratio) =>
        atMost(MOST_AGAINST_TWO, ratio, { aim: AIM_AGAINST_TWO }),
      ),
      compareTimes("replication.cpu", pairCpu, twoCpu),
    ];
  },
};

/** The guest running: the start of a process is not what replication costs. */
const wall = ({ run }: MeasuredRun): number => run.running.wallSeconds;
const cpu = ({ run }: MeasuredRun): number => run.running.cpuSeconds;
