// Bits that flip in the coordinator's own state, one in each run: with its defences nothing wrong leaves.
import { describe, expect, it } from "vitest";
import type { CoordinatorMoment, CoordinatorStructure, FaultConfig } from "../../../core/index.ts";
import { LETTERS, runToy, type ToyResult, type ToyRun } from "./toy-run.ts";

interface Site {
  readonly structure: CoordinatorStructure;
  readonly when: CoordinatorMoment;
}

/** What is struck, and where in the loop; most of it exists there only. */
const SITES: readonly Site[] = [
  { structure: "outputs", when: "releasing" },
  { structure: "position", when: "releasing" },
  { structure: "position", when: "diverged" },
  { structure: "verdict", when: "judged" },
  { structure: "log-records", when: "granting" },
  { structure: "log-digests", when: "agreed" },
  { structure: "checkpoint-states", when: "agreed" },
  { structure: "checkpoint-list", when: "agreed" },
  { structure: "page-maps", when: "agreed" },
  { structure: "checkpoint-map", when: "agreed" },
  { structure: "frame-owners", when: "agreed" },
  { structure: "frame-counts", when: "agreed" },
  { structure: "dirty-lists", when: "agreed" },
];
const ENTRIES = [0, 1, 2, 3, 5, 8];
/** Has the log replayed. */
const flip: FaultConfig = {
  use: "register-bit-flip",
  replica: 1,
  at: 9000,
  register: "r2",
  bit: 0,
};

const golden = await runToy({ source: LETTERS });

const strike = ({ structure, when }: Site, entry: number): FaultConfig => ({
  use: "coordinator-bit-flip",
  at: 4000,
  structure,
  when,
  entry,
  bit: 3 * entry,
  width: 1,
});

const runWith = (run: Partial<ToyRun>): Promise<ToyResult> =>
  runToy({ source: LETTERS, ...run }).catch((error: unknown) => {
    throw new Error(`the run ended with an error: ${JSON.stringify(run.faults?.[0])}`, {
      cause: error,
    });
  });

describe.each(SITES)("a bit that flips in $structure ($when)", { timeout: 60_000 }, (site) => {
  it("lets nothing wrong leave, and most runs go on", async () => {
    let completed = 0;
    for (const entry of ENTRIES) {
      const { report, text } = await runWith({ faults: [strike(site, entry), flip] });
      const isStopped = report.stop.reason === "diverged";
      expect(isStopped ? golden.text.slice(0, text.length) : golden.text, `entry ${entry}`).toBe(
        text,
      );
      if (!isStopped) completed++;
      const { finalState } = isStopped ? golden.report : report;
      expect(finalState, `entry ${entry}: ${JSON.stringify(report.faults[0]?.what)}`).toBe(
        golden.report.finalState,
      );
    }
    expect(completed).toBeGreaterThan(ENTRIES.length / 2);
  });
});

describe("the stage of an epoch that was agreed on", { timeout: 60_000 }, () => {
  it("may be struck before any release: nothing is lost", async () => {
    const site = { structure: "position", when: "releasing" } as const;
    for (let at = 500; at < golden.report.steps; at += 500) {
      const { report, text } = await runWith({ faults: [{ ...strike(site, 5), at }] });
      expect(report.faults[0]?.what).toContain("position.stage");
      expect(text, `at ${at}`).toBe(golden.text);
    }
  });
});

describe("without defences", { timeout: 60_000 }, () => {
  it("a bit that flips between comparison and release leaves", async () => {
    const faults = [strike({ structure: "outputs", when: "releasing" }, 1)];
    const { text } = await runWith({ faults, managerProtection: { use: "none" } });
    expect(text).not.toBe(golden.text);
  });

  it("a run without faults is the same", async () => {
    const { report, text } = await runWith({ managerProtection: { use: "none" } });
    expect(text).toBe(golden.text);
    expect(report.finalState).toBe(golden.report.finalState);
    expect(report.managerFaults).toBeUndefined();
  });
});
