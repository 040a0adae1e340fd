// Seeded faults in registers on bundled guests: for every one that leads to an incident, `bisect` names the step and the
// bit. EXTRAVIRT_BISECT_FAULTS=120 examines so many incidents (`npm run soak`).
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../core/index.ts";
import { runWithFaults, type IncidentRun } from "./incident-run.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";

const INCIDENTS = Number(process.env["EXTRAVIRT_BISECT_FAULTS"] ?? "25");
/** Faults tried for it, at most: some are masked. */
const MAX_TRIES = INCIDENTS * 4;
const SEED = 20_260_101;

const SUBJECTS: readonly IncidentRun[] = [
  { guest: "small", epochSteps: 20_000 },
  { guest: "timer", epochSteps: 5000 },
  { guest: "timer", harts: 2, epochSteps: 5000 },
  { guest: "paging", epochSteps: 40_000 },
];

interface Drawn {
  readonly subject: IncidentRun;
  readonly fault: FaultConfig & { readonly register: string; readonly bit: number };
}

function draw(random: SeededRandom, lengths: readonly number[]): Drawn {
  const index = random.below(SUBJECTS.length);
  const subject = SUBJECTS[index] as IncidentRun;
  const hart = random.below(subject.harts ?? 1);
  const kind = random.below(6);
  const integerOrFloat = kind === 1 ? `f${random.below(32)}` : `x${1 + random.below(31)}`;
  const register = `${hart === 0 ? "" : `hart${hart}.`}${kind === 0 ? "pc" : integerOrFloat}`;
  return {
    subject,
    fault: {
      use: "register-bit-flip",
      replica: random.below(2),
      at: random.below(lengths[index] ?? 1),
      register,
      bit: random.below(64),
    },
  };
}

describe("an incident of a flipped bit in a register", () => {
  it("names the step and the bit", { timeout: 20_000 + INCIDENTS * 6000 }, async () => {
    const lengths: number[] = [];
    for (const subject of SUBJECTS) lengths.push((await runWithFaults(subject, [])).report.steps);
    const random = new SeededRandom(SEED);
    const wrong: string[] = [];
    let incidents = 0;
    for (let tries = 0; tries < MAX_TRIES && incidents < INCIDENTS; tries++) {
      const { subject, fault } = draw(random, lengths);
      const { bisections } = await runWithFaults(subject, [fault]);
      const [bisection] = bisections;
      if (bisection === undefined) continue;
      incidents += 1;
      const suspect = bisection.suspects.find(({ replica }) => replica === fault.replica);
      const others = bisection.suspects.filter(({ replica }) => replica !== fault.replica);
      const cause = suspect?.cause;
      const isNamed =
        cause?.kind === "found" &&
        cause.step === fault.at &&
        cause.isBefore &&
        cause.isReproduced &&
        cause.differences?.memoryBytes === 0 &&
        cause.differences.registers.length === 1 &&
        cause.differences.registers[0]?.name === fault.register &&
        cause.differences.registers[0].bits.join() === String(fault.bit) &&
        others.every(({ verdict }) => verdict === "right");
      if (!isNamed) {
        const found = JSON.stringify({ suspect, others }, (_key, value: unknown) =>
          typeof value === "bigint" ? `0x${value.toString(16)}` : value,
        );
        wrong.push(`${subject.guest} ${JSON.stringify(fault)}: ${found}`);
      }
    }
    process.stdout.write(`${incidents - wrong.length} of ${incidents} incidents named\n`);
    expect(incidents).toBe(INCIDENTS);
    expect(wrong.length, wrong.join("\n")).toBeLessThanOrEqual(Math.floor(INCIDENTS / 100));
  });
});
