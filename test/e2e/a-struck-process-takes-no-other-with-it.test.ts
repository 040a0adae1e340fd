// Replicas in processes of their own, of which one is killed, stopped or changed from outside at a random moment, the
// third one during recovery, too: the outside sees the bytes of the run without fault, and it ends in the same state.
//
// EXTRAVIRT_PROCESS_ROUNDS=20 is tried; EXTRAVIRT_PROCESS_SEED=7 repeats one seed and the rounds after it.
import { afterAll, describe, expect, it } from "vitest";
import { runGuest, type GuestResult } from "./guest-run.ts";
import { drawRound, type Round } from "./process-strikes/draw-strike.ts";
import { runRound } from "./process-strikes/run-round.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";

const ROUNDS = Number(process.env["EXTRAVIRT_PROCESS_ROUNDS"] ?? "20");
const FIRST_SEED = Number(process.env["EXTRAVIRT_PROCESS_SEED"] ?? "1");
/** Where there is time for it, some are stopped for so long. */
const LONGEST_STOP_MS = ROUNDS >= 100 ? 10_000 : 1000;
const TIMEOUT_MS = 60_000 + 20_000 * ROUNDS;

const golden = new Map<string, Promise<GuestResult>>();
const seen = new Map<string, number>();

function goldenOf({ subject, slots }: Round): Promise<GuestResult> {
  const { placement: _, ...others } = slots;
  const key = JSON.stringify([subject.name, others]);
  const known =
    golden.get(key) ??
    runGuest({
      ...subject.run,
      slots: { ...others, placement: { use: "inline" } },
    });
  golden.set(key, known);
  return known;
}

const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

describe("a process that is killed, stopped or corrupted", () => {
  it("takes no other with it and shows nothing", { timeout: TIMEOUT_MS }, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      const round = drawRound(new SeededRandom(seed), seed, LONGEST_STOP_MS);
      const expected = await goldenOf(round);
      const { result, struck } = await runRound(round);
      const { report } = result;
      const record = JSON.stringify({ ...round, subject: round.subject.name, struck });
      const ended = {
        stop: report.stop,
        finalState: report.finalState,
        output: result.output,
        disk: result.disk?.equals(expected.disk ?? Buffer.alloc(0)),
      };
      expect(ended, `${record}\n${JSON.stringify(report.divergences)}`).toEqual({
        stop: expected.report.stop,
        finalState: expected.report.finalState,
        output: expected.output,
        disk: expected.disk === undefined ? undefined : true,
      });
      for (const text of struck) count(text.replace(/^\d+: (\w+).*$/, "$1"));
      count(report.divergences.length === 0 ? "not noticed" : "recovered");
    }
    expect(seen.get("recovered")).toBeGreaterThan(0);
  });
});

afterAll(() => {
  const rows = [...seen].toSorted().map(([what, times]) => `${what} ${times}`);
  process.stdout.write(`\n${ROUNDS} rounds: ${rows.join(", ")}\n`);
});
