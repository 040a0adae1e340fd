// Debian from power-on to power-off: alone against QEMU, and as two compared replicas against alone.
import { inTurns } from "../in-turns.ts";
import { measureRun, type MeasuredRun } from "../measured-run.ts";
import { bootDebianOnQemu } from "../qemu.ts";
import { atMost, type Row } from "../row.ts";
import type { ProcessCost } from "../timed-process.ts";
import { debianConfig, PAIR, SOLO } from "../workloads.ts";
import { pauseRows } from "./checkpoint-pause.ts";
import { compareTimes } from "./compare-times.ts";
import type { Section } from "./section.ts";

/** Time against QEMU's. */
export const BOOT_BUDGET = { most: 2, aim: 1 } as const;
const LONGEST_PAIR_SECONDS = 60;

export const boot: Section = {
  name: "boot",
  summary: "Debian boot to power-off: solo against QEMU, pair against solo",
  async measure({ runs, isQemuThere, images, note }) {
    const files = await images();
    if (files === undefined) return [];
    const samples = await inTurns(
      runs,
      {
        solo: () => measureRun(debianConfig(files, SOLO)),
        pair: () => measureRun(debianConfig(files, PAIR)),
        ...(isQemuThere ? { QEMU: () => bootDebianOnQemu(files) } : {}),
      },
      (text) => note(`Debian boot: ${text}`),
    );
    const checkpoints = samples.pair.flatMap(({ run }) => run.checkpoints);
    return [
      ...(samples.QEMU === undefined ? [] : againstQemu(samples.solo, samples.QEMU)),
      ...pairRows(samples.pair, samples.solo),
      ...pauseRows("Debian boot", "debian", checkpoints),
    ];
  },
};

function againstQemu(solo: readonly MeasuredRun[], qemu: readonly ProcessCost[]): Row[] {
  return [
    compareTimes(
      "boot.solo",
      { name: "Debian boot, solo, wall", seconds: solo.map(wall) },
      { name: "QEMU", seconds: qemu.map(wall) },
      (ratio) => atMost(BOOT_BUDGET.most, ratio, { aim: BOOT_BUDGET.aim }),
    ),
    compareTimes(
      "boot.solo.cpu",
      { name: "Debian boot, solo, CPU time", seconds: solo.map(cpu) },
      { name: "QEMU", seconds: qemu.map(cpu) },
    ),
  ];
}

function pairRows(pair: readonly MeasuredRun[], solo: readonly MeasuredRun[]): Row[] {
  const row = compareTimes(
    "boot.pair",
    { name: "Debian boot, pair, wall", seconds: pair.map(wall) },
    { name: "solo", seconds: solo.map(wall) },
  );
  return [
    { ...row, budget: atMost(LONGEST_PAIR_SECONDS, row.value, { unit: "s" }) },
    compareTimes(
      "boot.pair.cpu",
      { name: "Debian boot, pair, CPU time", seconds: pair.map(cpu) },
      { name: "solo", seconds: solo.map(cpu) },
    ),
  ];
}

const wall = ({ wallSeconds }: ProcessCost): number => wallSeconds;
const cpu = ({ cpuSeconds }: ProcessCost): number => cpuSeconds;
