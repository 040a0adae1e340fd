// Faults in the coordinator itself, over all of its structures, several guests and strategies: with its defences on, no
// wrong byte leaves, and it neither crashes nor hangs. With them off many do, or this would show nothing.
//
// EXTRAVIRT_MANAGER_FAULTS=200 are tried with defences, and an eighth of it without, where many end slowly;
// EXTRAVIRT_MANAGER_SEED=7 repeats one seed and those after it; EXTRAVIRT_MANAGER_RESULTS=file keeps a line of each.
import { appendFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterAll, describe, expect, it } from "vitest";
import type { ManagerOutcome } from "./manager-faults/judge-manager-fault.ts";
import { runManagerCampaign } from "./manager-faults/manager-campaign.ts";
import { managerTable } from "./manager-faults/manager-table.ts";
import type { ManagerResult } from "./manager-faults/serve-manager-faults.ts";

const FAULTS = Number(process.env["EXTRAVIRT_MANAGER_FAULTS"] ?? "200");
const FIRST_SEED = Number(process.env["EXTRAVIRT_MANAGER_SEED"] ?? "0");
const RESULTS = process.env["EXTRAVIRT_MANAGER_RESULTS"];
const TIMEOUT_MS = 120_000 + 5000 * FAULTS;
/** Of all that happened: what the requirement allows to escape. */
const MOST_WRONG = 0.01;

const all: ManagerResult[] = [];

async function campaign(use: string, count: number): Promise<ManagerResult[]> {
  const results = await runManagerCampaign({
    firstSeed: FIRST_SEED,
    count,
    protection: { use },
    processes: Math.max(1, availableParallelism()),
    onResult: (result) => {
      if (RESULTS !== undefined) appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
    },
  });
  all.push(...results);
  return results.filter(({ outcome }) => outcome !== "not reached");
}

const those = (results: readonly ManagerResult[], outcome: ManagerOutcome): ManagerResult[] =>
  results.filter((result) => result.outcome === outcome);

describe("a fault of the manager", { timeout: TIMEOUT_MS }, () => {
  it("shows nothing with its defences on", async () => {
    const results = await campaign("sealed", FAULTS);
    expect(results.length).toBeGreaterThan(FAULTS * 0.7);
    expect(those(results, "hang")).toEqual([]);
    expect(those(results, "crash")).toEqual([]);
    expect(those(results, "wrong byte").length).toBeLessThan(results.length * MOST_WRONG);
    expect(those(results, "recovered").length).toBeGreaterThan(results.length * 0.25);
  });

  it("shows with them off", async () => {
    const results = await campaign("none", Math.ceil(FAULTS / 8));
    const bad = ["wrong byte", "crash", "hang"] as const;
    expect(bad.flatMap((outcome) => those(results, outcome)).length).toBeGreaterThan(0);
  });
});

afterAll(() => {
  process.stdout.write(`\n${managerTable(all)}\n`);
});
