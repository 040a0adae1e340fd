// Guests with input, whose way depends on what enters in which epoch: checkpoints at any distance, kept in any number of
// generations, with faults and recoveries in between, change neither what leaves nor the state that a run ends in.
import { beforeAll, describe, expect, it } from "vitest";
import type { FaultConfig, SlotConfig } from "../../core/index.ts";
import { runGuest } from "./guest-run.ts";
import type { GuestResult } from "./guest-run.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";
import { SUBJECTS, type Subject } from "./single-fault/subjects.ts";
import { CHECKPOINT, slotsOf } from "./strategies/variants.ts";

const GUESTS = ["block on an overlay", "console-echo with a user who answers"];
const TIMEOUT_MS = 120_000;

const title = (slot: SlotConfig): string =>
  Object.entries(slot)
    .map(([option, value]) => (option === "use" ? String(value) : `${option} ${String(value)}`))
    .join(" ");
/** `never` keeps nothing but power-on. */
const inGenerations = (slot: SlotConfig): SlotConfig =>
  slot.use === "never" ? slot : { ...slot, generations: 4 };

/** One that is sure to be noticed, a death, and one that is followed by another in the first witness. */
function faultsFor(steps: number, random: SeededRandom): FaultConfig[][] {
  const at = (): number => Math.floor(steps / 4) + random.below(Math.floor(steps / 2));
  const step = at();
  return [
    [{ use: "register-bit-flip", replica: 1, at: at(), register: "x2", bit: 9 }],
    [{ use: "worker-crash", replica: 0, at: at() }],
    [
      { use: "register-bit-flip", replica: 0, at: step, register: "pc", bit: 3 },
      { use: "register-bit-flip", replica: 2, at: step, register: "x2", bit: 4 },
    ],
  ];
}

describe.each(SUBJECTS.filter(({ name }) => GUESTS.includes(name)))(
  "$name",
  { timeout: TIMEOUT_MS },
  (subject: Subject) => {
    const random = new SeededRandom(13);
    const epochSteps = subject.epochSteps[0] ?? 10_000;
    let golden: GuestResult;

    const run = (checkpoint: SlotConfig, faults: FaultConfig[] = [], more: object = {}) =>
      runGuest({
        ...subject.run,
        faults,
        slots: {
          replication: { use: "pair", epochSteps },
          placement: { use: "inline" },
          recovery: { use: "third-replica", attempts: 2 },
          checkpoint,
          ...more,
        },
      });

    function expectSameEnd({ report, output, committed, disk }: GuestResult): void {
      expect(report.stop).toEqual(golden.report.stop);
      expect(output).toBe(golden.output);
      expect(committed).toEqual(golden.committed);
      expect(report.finalState).toBe(golden.report.finalState);
      expect(report.steps).toBe(golden.report.steps);
      expect(disk?.equals(golden.disk ?? Buffer.alloc(0))).toBe(golden.disk && true);
    }

    beforeAll(async () => {
      golden = await run({ use: "never" });
    });

    it("shows what is recorded without any checkpoint", () => {
      expect(golden.output).toBe(subject.expected);
      expect(golden.report.finalState).toMatch(/^[0-9a-f]{64}$/);
    });

    it.each(slotsOf(CHECKPOINT).map((slot) => ({ slot, name: title(slot) })))(
      "ends the same under $name",
      async ({ slot }) => {
        const quiet = await run(slot);
        expectSameEnd(quiet);
        // The other guest waits most of its time, which is short in all.
        const isSureToHaveSome = subject.run.guest === "block" && slot.use !== "never";
        expect(quiet.report.checkpoints).toBeGreaterThanOrEqual(isSureToHaveSome ? 1 : 0);
        for (const faults of faultsFor(golden.report.steps, random)) {
          const result = await run(inGenerations(slot), faults);
          expectSameEnd(result);
          expect(result.report.divergences.length).toBeGreaterThan(0);
        }
      },
    );

    it("has its checkpoints at the same epochs on every host, unless pauses are measured", async () => {
      const epochsOf = async (slot: SlotConfig, placement: object): Promise<unknown> => {
        const { report } = await run(slot, [], { placement });
        return [report.checkpoints, report.lastCheckpoint?.epoch];
      };
      const byProgress = ["output-rate", "dirty-pages", "adaptive"];
      const slots = slotsOf(CHECKPOINT).filter(({ use }) => byProgress.includes(use));
      for (const slot of slots.filter(({ cost }) => cost !== "measured")) {
        const inline = await epochsOf(slot, { use: "inline" });
        const threads = await epochsOf(slot, { use: "worker-threads" });
        expect([title(slot), threads]).toEqual([title(slot), inline]);
      }
    });
  },
);
