// A second fault while a recovery from the first is under way, under every recovery: in what replays, in the replica that
// is right, and in all of them. Runs recover or stop with a reason; attempts are bounded and nothing wrong leaves.
import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, pairOf, primaryBackupOf, runToy, tripleOf } from "./toy-run.ts";

const TEXT = "ABCDEFGHIJ";
const AT = 9000;
const flip = (replica: number, bit = 0): FaultConfig => ({
  use: "register-bit-flip",
  replica,
  at: AT,
  register: "r2",
  bit,
});
const crash = (replica: number): FaultConfig => ({ use: "worker-crash", replica, at: AT });
const hang = (replica: number): FaultConfig => ({ use: "worker-hang", replica, at: AT });

const recovery = (use: string): SlotConfig => ({ use, attempts: 2 });
const failover = { ...recovery("failover"), reprotect: true };
const watchdogMs = 60;

/** Who recovers by what, in how many attempts; or why the run stops. */
type Expected = readonly [by: string, attempts: number] | string;
type Case = readonly [
  recovery: SlotConfig,
  replication: SlotConfig,
  what: string,
  faults: readonly FaultConfig[],
  expected: Expected,
];

const pair = pairOf({ watchdogMs });
const triple = tripleOf({ watchdogMs });
const primary = primaryBackupOf({ watchdogMs });

/** The first replica that a recovery makes errs, dies or hangs; then the one after it, too. */
const inReplays = (first: number): readonly [string, readonly FaultConfig[]][] => [
  ["the replay errs", [flip(first, 3)]],
  ["the replay dies", [crash(first)]],
  ["the replay hangs", [hang(first)]],
];

const CASES: readonly Case[] = [
  ...["third-replica", "repair"].flatMap((use): Case[] => [
    ...inReplays(2).map(([what, faults]): Case => [
      recovery(use),
      pair,
      what,
      [flip(1), ...faults],
      [use, 2],
    ]),
    ...inReplays(2).map(([what, faults]): Case => [
      recovery(use),
      pair,
      `a death, and ${what}`,
      [crash(0), ...faults],
      [use, 2],
    ]),
    [recovery(use), pair, "both replays die", [flip(1), crash(2), crash(3)], ["rollback", 3]],
    [
      recovery(use),
      pair,
      "every replay dies",
      [flip(1), ...[2, 3, 4, 5, 6, 7].map(crash)],
      "no replay agreed with what was already committed; the last replay: replica",
    ],
    [recovery(use), pair, "the right one dies meanwhile", [flip(1), crash(0)], ["rollback", 3]],
    [recovery(use), triple, "two of three die", [crash(0), crash(1)], ["rollback", 3]],
    [recovery(use), triple, "one errs and one hangs", [flip(0), hang(1)], ["rollback", 3]],
  ]),
  ...inReplays(3).map(([what, faults]): Case => [
    recovery("third-replica"),
    triple,
    what,
    [flip(1), ...faults],
    ["third-replica", 2],
  ]),
  ...inReplays(3).map(([what, faults]): Case => [
    recovery("repair"),
    triple,
    `a death, and ${what}`,
    [crash(1), ...faults],
    ["repair", 2],
  ]),
  [recovery("repair"), triple, "nobody replays", [flip(1), crash(3)], ["repair", 1]],
  ...inReplays(2).map(([what, faults]): Case => [
    recovery("rollback"),
    pair,
    what,
    [flip(1), ...faults],
    ["rollback", 2],
  ]),
  [
    recovery("rollback"),
    pair,
    "every replay dies",
    [flip(1), ...[2, 3, 4, 5].map(crash)],
    "re-execution kept disagreeing",
  ],
  [recovery("rollback"), pair, "all die", [crash(0), crash(1)], ["rollback", 1]],
  ...inReplays(2)
    .slice(1)
    .map(([what, faults]): Case => [
      failover,
      primary,
      what,
      [crash(0), ...faults],
      ["failover", 2],
    ]),
  [failover, primary, "the replay errs", [crash(0), flip(2, 3)], ["failover", 2]],
  [failover, primary, "every replay dies", [crash(0), crash(2), crash(3)], ["failover", 2]],
  [failover, primary, "the one left dies meanwhile", [crash(0), crash(1)], "nobody is left"],
  [{ use: "fail-stop" }, pair, "another dies meanwhile", [flip(1), crash(0)], "divergence (crash)"],
  [{ use: "fail-stop" }, triple, "two die", [crash(0), crash(1)], "divergence (crash)"],
];

describe("a second fault during recovery", { timeout: 60_000 }, () => {
  it.each(
    CASES.map(([how, replication, what, faults, expected]) => ({
      how,
      replication,
      faults,
      expected,
      title: `${replication.use} with ${how.use}, when ${what}`,
    })),
  )("$title", async ({ how, replication, faults, expected }) => {
    const golden = await runToy({ source: LETTERS });
    const { report, text } = await runToy({ source: LETTERS, replication, recovery: how, faults });
    const [first] = report.divergences;
    const isStop = typeof expected === "string";
    const outcome = first?.outcome;
    const found = outcome?.kind === "recovered" ? [outcome.by, outcome.attempts] : outcome?.why;
    expect(isStop ? String(found).slice(0, expected.length) : found).toEqual(expected);
    expect(report.stop.reason).toBe(isStop ? "diverged" : "power-off");
    expect(text).toBe(isStop ? "ABCD" : TEXT);
    expect(isStop || report.finalState === golden.report.finalState).toBe(true);
  });
});
