// Runs that repair replicas in place, on the toy platform.
import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, runToy, tripleOf, type ToyResult } from "./toy-run.ts";

const recovery = { use: "repair", attempts: 3 };
const register = (replica: number, at = 9000): FaultConfig => ({
  use: "register-bit-flip",
  replica,
  at,
  register: "r2",
  bit: 0,
});
const memory = (replica: number, address: number, at = 9000): FaultConfig => ({
  use: "memory-bit-flip",
  replica,
  at,
  address,
  bit: 1,
});
const crash = (replica: number, at = 9000): FaultConfig => ({ use: "worker-crash", replica, at });

const run = (replication: SlotConfig, faults: readonly FaultConfig[]): Promise<ToyResult> =>
  runToy({ source: LETTERS, replication, recovery, faults });

const outcomesOf = ({ report }: ToyResult): unknown[] =>
  report.divergences.map(({ divergence: { signal }, outcome }) => [
    signal,
    outcome.kind === "recovered" && [
      outcome.by,
      outcome.blamed,
      outcome.attempts,
      outcome.pagesCopied !== undefined,
    ],
  ]);
const live = ({ report }: ToyResult): string[] =>
  Object.keys(report.framesByOwner).filter((name) => name.startsWith("replica"));

describe("repair in place", { timeout: 60_000 }, () => {
  it.each<[string, FaultConfig, string]>([
    ["a wrong register", register(1), "ballots"],
    ["a wrong page of data", memory(1, 0x4004), "state"],
    ["a wrong page that nothing shows", memory(1, 0x3_0000), "state"],
    ["a wrong instruction", memory(1, 0x28), "ballots"],
  ])("mends %s, and the same replicas go on", async (_what, fault, signal) => {
    const golden = await runToy({ source: LETTERS });
    for (const [replication, numbers] of [
      [pairOf(), ["replica 0", "replica 1"]],
      [tripleOf(), ["replica 0", "replica 1", "replica 2"]],
    ] as const) {
      const result = await run(replication, [fault]);
      expect(result.text).toBe(golden.text);
      expect(outcomesOf(result)).toEqual([[signal, ["repair", [1], 1, true]]]);
      expect(live(result)).toEqual(numbers);
      expect(result.report.finalState).toBe(golden.report.finalState);
    }
  });

  it("mends a replica on a thread of its own, under perturbed timing", async () => {
    const golden = await runToy({ source: LETTERS });
    const { report, text } = await runToy({
      source: LETTERS,
      recovery,
      placement: "worker-threads",
      jitterMs: 1,
      faults: [register(1), memory(0, 0x3_0000, 15_000)],
    });
    expect(text).toBe(golden.text);
    expect(report.divergences).toMatchObject([
      { outcome: { by: "repair", blamed: [1], pagesCopied: 2 } },
      { outcome: { by: "repair", blamed: [0], pagesCopied: 1 } },
    ]);
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it("counts the pages that it took", async () => {
    const { report } = await run(tripleOf(), [memory(1, 0x3_0000)]);
    expect(report.divergences[0]?.outcome).toMatchObject({ pagesCopied: 1 });
  });

  it.each<[string, readonly FaultConfig[], unknown[]]>([
    ["a death", [crash(1)], ["crash", ["repair", [1], 1, false]]],
    [
      "a wrong one whose witness dies",
      [register(1), crash(2)],
      ["ballots", ["repair", [1], 2, true]],
    ],
    [
      "a wrong one whose witness errs",
      [register(1), { ...register(2), bit: 3 }],
      ["ballots", ["repair", [1], 2, true]],
    ],
    ["two deaths", [crash(0), crash(1)], ["crash", ["rollback", [0, 1], 3, false]]],
  ])("recovers a pair from %s", async (_what, faults, outcome) => {
    const golden = await runToy({ source: LETTERS });
    const result = await run(pairOf(), faults);
    expect(result.text).toBe(golden.text);
    expect(outcomesOf(result)).toEqual([outcome]);
    expect(result.report.finalState).toBe(golden.report.finalState);
  });

  it("mends the same replica as often as it errs", async () => {
    const golden = await runToy({ source: LETTERS });
    const faults = [3000, 7000, 11_000, 15_000].map((at) => register(1, at));
    for (const replication of [pairOf(), tripleOf()]) {
      const result = await run(replication, faults);
      expect(result.text).toBe(golden.text);
      expect(result.report.divergences).toHaveLength(4);
      expect(result.report.finalState).toBe(golden.report.finalState);
    }
  });
});
