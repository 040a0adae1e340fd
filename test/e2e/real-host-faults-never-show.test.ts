// Bits flip in registers and memory of a running replica's process, from outside and with no help from the emulator:
// whatever that process does then, what leaves is right, or the run says that it stopped.
//
// EXTRAVIRT_HOST_FAULT_ROUNDS=20 is tried; EXTRAVIRT_HOST_FAULT_SEED=7 repeats one seed and the rounds after it.
// docs/host-faults.md has the outcomes of a longer campaign.
import { afterAll, describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { runGuest, type GuestResult } from "./guest-run.ts";
import { drawRound, runRound, type HostFaultRound } from "./host-faults/host-fault-round.ts";
import { COMPILER, RegisterFlipper } from "./host-faults/register-flipper.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";

const ROUNDS = Number(process.env["EXTRAVIRT_HOST_FAULT_ROUNDS"] ?? "16");
const FIRST_SEED = Number(process.env["EXTRAVIRT_HOST_FAULT_SEED"] ?? "1");
const TIMEOUT_MS = 60_000 + 30_000 * ROUNDS;

const golden = new Map<string, Promise<GuestResult>>();
const seen = new Map<string, number>();
const count = (what: string, by = 1): void => void seen.set(what, (seen.get(what) ?? 0) + by);

function goldenOf({ subject, slots }: HostFaultRound): Promise<GuestResult> {
  const { placement: _, ...others } = slots;
  const key = JSON.stringify([subject.name, others]);
  const known =
    golden.get(key) ??
    runGuest({ ...subject.run, slots: { ...others, placement: { use: "inline" } } });
  golden.set(key, known);
  return known;
}

describe.skipIf(!requireTool(COMPILER))("a bit that flips in a process of the host", () => {
  it("does not show outside", { timeout: TIMEOUT_MS }, async () => {
    const flipper = new RegisterFlipper();
    const flips = { registers: 0, memory: 0 };
    try {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
        const random = new SeededRandom(seed);
        const round = drawRound(random);
        const result = await runRound(round, await goldenOf(round), flipper, random);
        const told = `seed ${seed}, ${round.subject.name}: ${result.flips.join("; ")}`;
        expect(result.outcome, `${told}\n${result.detail}`).not.toBe("WRONG");
        flips[round.target] += result.flips.length;
        count(`bits in ${round.target}`, result.flips.length);
        const by = result.signal === undefined ? "" : ` (${result.signal})`;
        count(`rounds with ${round.target}: ${result.outcome}${by}`);
      }
    } finally {
      flipper.close();
    }
    // Where the host lets nobody do it, nothing was tried.
    const fewest = ROUNDS < 8 ? 0 : ROUNDS / 4;
    expect(flips.registers).toBeGreaterThanOrEqual(fewest);
    expect(flips.memory).toBeGreaterThanOrEqual(fewest);
  });
});

afterAll(() => {
  const rows = [...seen].toSorted().map(([what, times]) => `${what} ${times}`);
  process.stdout.write(`\n${ROUNDS} rounds\n${rows.join("\n")}\n`);
});
