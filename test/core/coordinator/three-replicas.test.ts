// Runs of three replicas from the start, on the toy platform.
import { describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { LETTERS, runToy, tripleOf, type ToyResult } from "./toy-run.ts";

const flip = (replica: number, at = 9000): FaultConfig => ({
  use: "register-bit-flip",
  replica,
  at,
  register: "r2",
  bit: 0,
});
const silent = (replica: number, at = 9000): FaultConfig => ({
  use: "memory-bit-flip",
  replica,
  at,
  address: 0x3_0000,
  bit: 1,
});
const crash = (replica: number, at = 9000): FaultConfig => ({ use: "worker-crash", replica, at });
const hang = (replica: number, at = 9000): FaultConfig => ({ use: "worker-hang", replica, at });

function run(
  faults: readonly FaultConfig[],
  { voting = "majority", recovery }: { voting?: string; recovery?: SlotConfig } = {},
): Promise<ToyResult> {
  return runToy({
    source: LETTERS,
    faults,
    voting,
    replication: tripleOf({ watchdogMs: 40 }),
    ...(recovery !== undefined && { recovery }),
  });
}

const outcomesOf = ({ report }: ToyResult): unknown[] =>
  report.divergences.map(({ divergence, outcome }) => [
    divergence.signal,
    outcome.kind === "recovered" ? [outcome.by, outcome.blamed, outcome.attempts] : outcome.kind,
  ]);

describe("three replicas", { timeout: 60_000 }, () => {
  it("show what one shows, and end in the same state", async () => {
    const golden = await runToy({ source: LETTERS });
    const { report, text } = await run([]);
    expect(text).toBe(golden.text);
    expect(report).toMatchObject({ replicas: 3, divergences: [] });
    expect(report.finalState).toBe(golden.report.finalState);
  });

  it.each<[string, readonly FaultConfig[], unknown[]]>([
    ["a wrong register", [flip(0)], ["ballots", ["third-replica", [0], 1]]],
    ["a wrong page that nothing shows", [silent(2)], ["state", ["third-replica", [2], 1]]],
    ["a death", [crash(1)], ["crash", ["third-replica", [1], 1]]],
    ["a hang", [hang(2)], ["hang", ["third-replica", [2], 1]]],
    [
      "a wrong one, and a dead one in its place",
      [flip(1), crash(3)],
      ["ballots", ["third-replica", [1], 2]],
    ],
    [
      "a wrong one, and another in its place",
      [flip(1), flip(3)],
      ["ballots", ["third-replica", [1], 2]],
    ],
    ["a wrong one and a dead one at once", [flip(1), crash(2)], ["crash", ["rollback", [2], 3]]],
    ["the death of two", [crash(0), crash(2)], ["crash", ["rollback", [0, 2], 3]]],
    ["the death of all", [crash(0), crash(1), crash(2)], ["crash", ["rollback", [0, 1, 2], 3]]],
  ])("recover from %s", async (_what, faults, outcome) => {
    const golden = await runToy({ source: LETTERS });
    const result = await run(faults);
    expect(result.text).toBe(golden.text);
    expect(outcomesOf(result)).toEqual([outcome]);
    expect(result.report.finalState).toBe(golden.report.finalState);
  });

  it("lose one after the other, and are three again each time", async () => {
    const golden = await runToy({ source: LETTERS });
    const result = await run([flip(0, 5000), crash(1, 9000), silent(2, 13_000)]);
    expect(result.text).toBe(golden.text);
    expect(outcomesOf(result)).toEqual([
      ["ballots", ["third-replica", [0], 1]],
      ["crash", ["third-replica", [1], 1]],
      ["state", ["third-replica", [2], 1]],
    ]);
    expect(result.report.finalState).toBe(golden.report.finalState);
  });

  it("outvote nobody under unanimous: they are executed again, or stop", async () => {
    const voting = "unanimous";
    const again = await run([flip(1)], { voting, recovery: { use: "rollback", attempts: 3 } });
    expect(again.text).toBe("ABCDEFGHIJ");
    expect(outcomesOf(again)).toEqual([["ballots", ["rollback", [], 1]]]);
    const third = await run([flip(1)], { voting });
    expect(third.text).toBe("ABCDEFGHIJ");
    expect(outcomesOf(third)).toEqual([["ballots", ["rollback", [], 3]]]);
    const stopped = await run([flip(1)], { voting, recovery: { use: "fail-stop" } });
    expect(stopped.report.stop.reason).toBe("diverged");
    expect("ABCDEFGHIJ".startsWith(stopped.text)).toBe(true);
  });
});
