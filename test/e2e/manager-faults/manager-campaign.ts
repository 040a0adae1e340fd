// Runs experiments in processes of their own: whoever hangs is killed, whoever dies is replaced, and the campaign goes on.
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { SlotConfig } from "../../../core/index.ts";
import { drawManagerFault } from "./draw-manager-fault.ts";
import type { ManagerOrder, ManagerResult } from "./serve-manager-faults.ts";

const ENTRY = join(import.meta.dirname, "serve-manager-faults.ts");
/** Wall time after which a process that says nothing at all counts as hung. */
const HANG_MS = 240_000;
/** What experiments leave behind adds up: a process is replaced after so many. */
const RUNS_PER_PROCESS = 500;

export interface CampaignPlan {
  readonly firstSeed: number;
  readonly count: number;
  readonly protection: SlotConfig;
  readonly processes: number;
  readonly onResult?: (result: ManagerResult) => void;
}

export async function runManagerCampaign(plan: CampaignPlan): Promise<ManagerResult[]> {
  const results: ManagerResult[] = [];
  let next = plan.firstSeed;
  const end = plan.firstSeed + plan.count;
  const serve = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    let runs = 0;
    while (next < end) {
      const order: ManagerOrder = { seed: next++, protection: plan.protection };
      child ??= fork(ENTRY, [], { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
      const result = await resultOf(child, order);
      results.push(result);
      plan.onResult?.(result);
      const isOver = ["hang", "crash"].includes(result.outcome) || ++runs % RUNS_PER_PROCESS === 0;
      if (isOver) {
        child.kill("SIGKILL");
        child = undefined;
      }
    }
    child?.kill("SIGKILL");
  };
  await Promise.all(Array.from({ length: plan.processes }, serve));
  return results.toSorted((a, b) => a.seed - b.seed);
}

function resultOf(child: ChildProcess, order: ManagerOrder): Promise<ManagerResult> {
  const { site, subject, isWithReplicaFault } = drawManagerFault(order.seed);
  const lost = (outcome: "hang" | "crash", detail: string): ManagerResult => ({
    seed: order.seed,
    protection: order.protection.use,
    site,
    subject: subject.name,
    isWithReplicaFault,
    outcome,
    what: [],
    detail,
  });
  return new Promise((resolve) => {
    const finish = (result: ManagerResult): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(result);
    };
    const timer = setTimeout(() => finish(lost("hang", "")), HANG_MS);
    child.on("message", (result) => finish(result as ManagerResult));
    child.on("exit", (code, signal) => finish(lost("crash", `exit ${code ?? signal}`)));
    child.on("error", (error) => finish(lost("crash", String(error))));
    child.send(order);
  });
}
