// Guest instructions per second of wall and of CPU time, one machine without replication, against QEMU on the same ELF: every
// program of the suite on the bare machine.
import { inTurns } from "../in-turns.ts";
import { measureRun, type MeasuredRun } from "../measured-run.ts";
import { ICOUNT, runGuestOnQemu } from "../qemu.ts";
import { atLeast, type Row } from "../row.ts";
import { median } from "../statistics.ts";
import type { SpeedGoal, SuiteProgram } from "../suite.ts";
import type { ProcessCost } from "../timed-process.ts";
import { guestConfig, SOLO } from "../workloads.ts";
import { compareTimes } from "./compare-times.ts";
import type { BenchContext, Section } from "./section.ts";

/** So short that a QEMU process running it spends its time on starting. */
const SHORT_GUEST = "small";

const COSTS = [
  { name: "wall", ending: ".wall", of: ({ wallSeconds }: ProcessCost) => wallSeconds },
  { name: "CPU time", ending: "", of: ({ cpuSeconds }: ProcessCost) => cpuSeconds },
] as const;

type Cost = (typeof COSTS)[number];

export const speed: Section = {
  name: "speed",
  summary: "million guest instructions per second of wall and of CPU time, against QEMU",
  async measure(context) {
    const rows: Row[] = [];
    for (const program of context.programs) rows.push(...(await measureProgram(program, context)));
    return rows;
  },
};

async function measureProgram(
  { name: guest, iterations, plain: plainGoal, icount: icountGoal }: SuiteProgram,
  { runs, isQemuThere, note }: BenchContext,
): Promise<Row[]> {
  const commandLine = `iterations=${iterations}`;
  const tell = (text: string): void => note(`speed of ${guest}: ${text}`);
  const solo = (): Promise<MeasuredRun> => measureRun(guestConfig(guest, SOLO, commandLine));
  if (!isQemuThere) {
    const samples = await inTurns(runs, { solo }, tell);
    return COSTS.map((cost) => runningRow(guest, samples.solo, cost, cost.ending));
  }
  const samples = await inTurns(
    runs,
    {
      solo,
      QEMU: () => runGuestOnQemu(guest, [], commandLine),
      "QEMU, start only": () => runGuestOnQemu(SHORT_GUEST),
      "QEMU -icount": () => runGuestOnQemu(guest, ICOUNT, commandLine),
      "QEMU -icount, start only": () => runGuestOnQemu(SHORT_GUEST, ICOUNT),
    },
    tell,
  );
  const steps = samples.solo[0]?.run.steps ?? 0;
  const rows = COSTS.flatMap((cost) => {
    const against = (name: "QEMU" | "QEMU -icount", ending: string, goal?: SpeedGoal): Row => {
      const mips = mipsOf(steps, samples[name], samples[`${name}, start only`], cost);
      return againstQemu(runningRow(guest, samples.solo, cost, ending), name, mips, goal);
    };
    return [
      against("QEMU", cost.ending, plainGoal),
      against("QEMU -icount", `.icount${cost.ending}`, icountGoal),
    ];
  });
  return [
    ...rows,
    compareTimes(
      `speed.${guest}.process`,
      { name: `${guest}, whole process, CPU time`, seconds: samples.solo.map(cpu) },
      { name: "QEMU", seconds: samples.QEMU.map(cpu) },
    ),
  ];
}

/** The guest running, without the start of the process. */
function runningRow(
  guest: string,
  solo: readonly MeasuredRun[],
  { name, of }: Cost,
  ending = "",
): Row {
  const samples = solo.map(({ run: { running } }) => running.steps / 1e6 / of(running));
  return {
    id: `speed.${guest}${ending}`,
    what: `${guest}, running, ${name}`,
    value: median(samples),
    unit: "MIPS",
    samples,
  };
}

function againstQemu(row: Row, name: string, mips: number, goal: SpeedGoal | undefined): Row {
  const ratio = row.value / mips;
  const budget = goal && atLeast(goal.least, ratio, goal.aim);
  return {
    ...row,
    peer: { name, value: mips },
    ratio: { kind: "speed", value: ratio },
    ...(budget === undefined ? {} : { budget }),
  };
}

function mipsOf(
  steps: number,
  whole: readonly ProcessCost[],
  start: readonly ProcessCost[],
  { of }: Cost,
): number {
  return steps / 1e6 / (median(whole.map(of)) - median(start.map(of)));
}

const cpu = ({ cpuSeconds }: ProcessCost): number => cpuSeconds;
