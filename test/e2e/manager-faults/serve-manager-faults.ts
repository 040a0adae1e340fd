// A process of the campaign: it runs the experiments that it is sent, one after the other. It may hang or die of them.
import process from "node:process";
import type { SlotConfig } from "../../../core/index.ts";
import { drawManagerFault, type Site } from "./draw-manager-fault.ts";
import { judgeManagerFault, type ManagerOutcome } from "./judge-manager-fault.ts";
import { runManagerSubject, type Shown } from "./run-manager-subject.ts";

export interface ManagerOrder {
  readonly seed: number;
  readonly protection: SlotConfig;
}

export interface ManagerResult {
  readonly seed: number;
  readonly protection: string;
  readonly site: Site;
  readonly subject: string;
  readonly isWithReplicaFault: boolean;
  readonly outcome: ManagerOutcome;
  readonly what: readonly string[];
  readonly detail: string;
}

const TURN_MS = 100;
const HANG_TURNS = 300;

/** The last golden run of each guest: what it shows depends on how epochs are cut, and on nothing else. */
const golden = new Map<string, Promise<Shown>>();

/** Undefined when nothing came of it in so many turns of this process: a busy host has fewer of them. */
async function orHang(run: Promise<Shown>): Promise<Shown | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let turns = 0;
  const hang = new Promise<undefined>((resolve) => {
    timer = setInterval(() => {
      if (++turns >= HANG_TURNS) resolve(undefined);
    }, TURN_MS);
  });
  const shown = await Promise.race([run, hang]);
  clearInterval(timer);
  return shown;
}

async function experiment({ seed, protection }: ManagerOrder): Promise<ManagerResult> {
  const { subject, slots, faults, site, isWithReplicaFault } = drawManagerFault(seed);
  const { epochSteps, runAheadEpochs } = slots.replication;
  const key = JSON.stringify([subject.name, epochSteps, runAheadEpochs]);
  const plain = {
    ...slots,
    placement: { use: "inline" },
    checkpoint: { use: "never" },
    replication: { use: "solo", epochSteps, runAheadEpochs },
    recovery: { use: "fail-stop" },
  };
  const known = golden.get(key) ?? runManagerSubject(subject, plain, []);
  golden.set(key, known);
  const base = await known;
  const protectedSlots = { ...slots, managerProtection: protection };
  const shown = await orHang(runManagerSubject(subject, protectedSlots, faults));
  const what = shown?.injected ?? [];
  const judged =
    shown === undefined
      ? ({ outcome: "hang", detail: "" } as const)
      : judgeManagerFault(shown, base);
  return {
    seed,
    protection: protection.use,
    site,
    subject: subject.name,
    isWithReplicaFault,
    what,
    ...judged,
  };
}

process.on("message", (order: ManagerOrder) => {
  void experiment(order).then((result) => process.send?.(result));
});
