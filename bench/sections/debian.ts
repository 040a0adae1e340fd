// The suite inside the Debian guest, each program timed on its own by marks on the console, against QEMU. One boot
// runs all programs; the boots take turns.
import { join } from "node:path";
import { inTurns } from "../in-turns.ts";
import { runCommand } from "../measured-run.ts";
import { readProgramRuns, requireEqualOutputs, type DebianRun } from "../program-runs.ts";
import { debianOnQemu, ICOUNT } from "../qemu.ts";
import { atLeast, atMost, type Row } from "../row.ts";
import { stampConsole } from "../stamped-console.ts";
import { linuxProgramPath, SUITE, type SpeedGoal, type SuiteProgram } from "../suite.ts";
import type { ProcessCost } from "../timed-process.ts";
import { debianCommandLine, debianConfig, SOLO } from "../workloads.ts";
import { BOOT_BUDGET } from "./boot.ts";
import { compareSpeeds, compareTimes, type Timed } from "./compare-times.ts";
import type { BenchContext, Section } from "./section.ts";

const SCRIPT = join(import.meta.dirname, "../in-guest.sh");
const FILES: Readonly<Record<string, string>> = {
  [SCRIPT]: "/bench/run",
  ...Object.fromEntries(SUITE.map(({ name }) => [linuxProgramPath(name), `/bench/${name}`])),
};
const COSTS = [
  { name: "wall", ending: "", of: ({ wallSeconds }: ProcessCost) => wallSeconds },
  { name: "CPU time", ending: ".cpu", of: ({ cpuSeconds }: ProcessCost) => cpuSeconds },
] as const;

type Cost = (typeof COSTS)[number];

export const debian: Section = {
  name: "debian",
  summary:
    "programs inside the Debian guest, each timed on its own, and the boot before, against QEMU",
  async measure({ runs, programs, isQemuThere, images, note }: BenchContext) {
    const files = await images(FILES);
    if (files === undefined) return [];
    const names = programs.map(({ name }) => name);
    const jobs = programs.map(({ name, iterations }) => `${name}=${iterations}`);
    const commandLine = debianCommandLine(`/bench/run ${jobs.join(" ")}`);
    const run = async (command: readonly [string, ...string[]]): Promise<DebianRun> =>
      readProgramRuns(await stampConsole(command), names);
    const onQemu = (extra: readonly string[]) => (): Promise<DebianRun> =>
      run(debianOnQemu(files, commandLine, extra));
    const config = { ...debianConfig(files, SOLO, commandLine), console: { use: "terminal" } };
    const samples = await inTurns(
      runs,
      {
        solo: () => run(runCommand(config)),
        ...(isQemuThere ? { QEMU: onQemu([]), "QEMU -icount": onQemu(ICOUNT) } : {}),
      },
      (text) => note(`programs in Debian: ${text}`),
    );
    const { solo, QEMU: plain = [], "QEMU -icount": icount = [] } = samples;
    requireEqualOutputs([...solo, ...plain, ...icount]);
    return [
      ...programs.flatMap((program) => programRows(program, solo, plain, icount)),
      ...bootRows(solo, plain),
    ];
  },
};

function programRows(
  { name, plain: plainGoal, icount: icountGoal }: SuiteProgram,
  solo: readonly DebianRun[],
  plain: readonly DebianRun[],
  icount: readonly DebianRun[],
): Row[] {
  return COSTS.flatMap((cost) => {
    const id = `debian.${name}`;
    const mine = timed(`${name} in Debian, ${cost.name}`, solo, name, cost);
    if (plain.length === 0) return [compareTimes(id + cost.ending, mine)];
    return [
      against(id + cost.ending, mine, timed("QEMU", plain, name, cost), plainGoal),
      against(
        `${id}.icount${cost.ending}`,
        mine,
        timed("QEMU -icount", icount, name, cost),
        icountGoal,
      ),
    ];
  });
}

const against = (id: string, mine: Timed, peer: Timed, goal: SpeedGoal | undefined): Row =>
  compareSpeeds(id, mine, peer, goal && ((ratio) => atLeast(goal.least, ratio, goal.aim)));

function timed(what: string, runs: readonly DebianRun[], program: string, { of }: Cost): Timed {
  const seconds = runs.flatMap(({ programs }) => {
    const run = programs.get(program);
    return run === undefined ? [] : [of(run)];
  });
  return { name: what, seconds };
}

function bootRows(solo: readonly DebianRun[], plain: readonly DebianRun[]): Row[] {
  return COSTS.map(({ name, ending, of }) => {
    const id = `debian.boot${ending}`;
    const mine = {
      name: `Debian boot to user space, ${name}`,
      seconds: solo.map(({ boot }) => of(boot)),
    };
    if (plain.length === 0) return compareTimes(id, mine);
    const peer = { name: "QEMU", seconds: plain.map(({ boot }) => of(boot)) };
    return compareTimes(id, mine, peer, (ratio) =>
      atMost(BOOT_BUDGET.most, ratio, { aim: BOOT_BUDGET.aim }),
    );
  });
}
