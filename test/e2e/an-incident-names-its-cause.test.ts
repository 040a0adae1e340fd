// Seeded faults in registers on bundled guests: for every one that leads to an incident, `bisect` names the step and the
// bit. EXTRAVIRT_BISECT_FAULTS=120 examines so many incidents (`npm run soak`).
import { describe, expect, it } from "vitest";
import type { FaultConfig } from "../../core/index.ts";
import type { FoundCause } from "../../core/recording/bisect-incident.ts";
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

describe("an incident of a machine whose devices are below its replicas", () => {
  const below = { slots: { boundary: { use: "devices-below" } }, epochSteps: 20_000 };
  const flips = [
    { register: "pc", bit: 5 },
    { register: "x2", bit: 3 },
    { register: "x10", bit: 40 },
  ];

  it.each(["small", "console-echo"])("names the step and the bit in %s", async (guest) => {
    let incidents = 0;
    for (const flip of flips) {
      const fault = { use: "register-bit-flip", replica: 1, at: 41_234, ...flip };
      const { bisections } = await runWithFaults({ guest, ...below }, [fault]);
      const [bisection] = bisections;
      if (bisection === undefined) continue;
      incidents += 1;
      expect(bisection.suspects).toMatchObject([
        { replica: 0, verdict: "right" },
        {
          replica: 1,
          cause: {
            kind: "found",
            step: fault.at,
            isBefore: true,
            isReproduced: true,
            differences: { memoryBytes: 0, registers: [{ name: flip.register, bits: [flip.bit] }] },
          },
        },
      ]);
    }
    expect(incidents).toBeGreaterThan(0);
  });
});

describe("incidents of other faults on a bundled guest", { timeout: 120_000 }, () => {
  const subject: IncidentRun = { guest: "small", epochSteps: 20_000 };
  const at = 61_234;

  async function causeOf(fault: Omit<FaultConfig, "replica" | "at">): Promise<FoundCause> {
    const { bisections } = await runWithFaults(subject, [
      { ...fault, replica: 1, at } as FaultConfig,
    ]);
    const suspects = bisections[0]?.suspects ?? [];
    expect(suspects[0]?.verdict).toBe("right");
    const cause = suspects[1]?.cause;
    if (cause?.kind !== "found") throw new Error(`no cause was found: ${JSON.stringify(suspects)}`);
    expect(cause.isReproduced).toBe(true);
    return cause;
  }

  it("name the byte and the instruction that first used it", async () => {
    // Code about to be executed: the first use is its execution.
    const hot = await causeOf({ use: "register-bit-flip", register: "pc", bit: 3 });
    const address = Number(hot.at?.pc ?? 0n);
    const cause = await causeOf({ use: "memory-bit-flip", address, bit: 1 });
    expect(cause).toMatchObject({ step: at, isBefore: true });
    expect(cause.differences).toMatchObject({
      registers: [],
      memory: [{ address, bits: [1] }],
      memoryBytes: 1,
    });
    expect(cause.firstUse).toMatchObject({ kind: "used", at: { pc: BigInt(address) } });
  });

  it("name the instruction whose result was wrong", async () => {
    for (const bit of [0, 17, 40]) {
      const cause = await causeOf({ use: "result-bit-flip", bit });
      expect(cause.isBefore).toBe(false);
      expect(cause.step).toBeGreaterThanOrEqual(at);
      expect(cause.step).toBeLessThan(at + 64);
      expect(cause.differences?.registers.map(({ bits }) => bits)).toEqual([[bit]]);
      expect(cause.at?.instruction).not.toBe("");
    }
  });

  it("name the step at which a replica ended", async () => {
    const crash = await causeOf({ use: "worker-crash" });
    expect(crash).toMatchObject({ step: at, ended: "the replica crashed", at: { step: at } });
    const hang = await causeOf({ use: "worker-hang" });
    expect(hang).toMatchObject({ step: at, ended: "the replica hangs" });
  });
});

describe("incidents of faults within instructions, and of those that stay", () => {
  const subject: IncidentRun = { guest: "small", epochSteps: 20_000 };
  const at = 161_234;
  /** What is wrong first is not told by all of them in the step at which they begin. */
  const models: readonly (readonly [string, object, { readonly isBefore: boolean }])[] = [
    ["branch-flip", {}, { isBefore: false }],
    ["store-data-bit-flip", { bit: 3 }, { isBefore: false }],
    ["store-address-bit-flip", { bit: 12 }, { isBefore: false }],
    ["instruction-bit-flip", { bit: 9 }, { isBefore: false }],
    ["stuck-at", { register: "x2", bit: 4, value: 1, steps: 30_000 }, { isBefore: true }],
    ["stuck-at", { register: "x15", bit: 3, value: 1 }, { isBefore: true }],
    ["result-stuck-at", { bit: 1, value: 1, steps: 500 }, { isBefore: false }],
  ];

  it.each(models)("%s %o", { timeout: 60_000 }, async (use, options, expected) => {
    for (const place of [{ replica: 1 }, { core: 1 }]) {
      const { bisections } = await runWithFaults(subject, [{ use, at, ...place, ...options }]);
      const suspect = bisections[0]?.suspects[1];
      expect(suspect).toMatchObject({
        verdict: "wrong",
        cause: { kind: "found", isReproduced: true, ...expected },
      });
      const step = suspect?.cause?.kind === "found" ? suspect.cause.step : 0;
      expect(step).toBeGreaterThanOrEqual(at);
      expect(step).toBeLessThan(at + 64);
    }
  });

  it("are named by the first step that shows them, however late that is", async () => {
    const stuck = { use: "stuck-at", replica: 1, at, register: "x11", bit: 3, value: 0 };
    const { bisections } = await runWithFaults(subject, [stuck]);
    const cause = bisections[0]?.suspects[1]?.cause;
    if (cause?.kind !== "found") throw new Error("no cause was found");
    expect(cause.step).toBeGreaterThan(at + 100_000);
    expect(cause.differences?.registers).toMatchObject([{ name: "x11", bits: [3] }]);
    expect(cause.at?.instruction).toContain("x11");
    expect(cause.fault).toBe("x11 bit 3 stuck at 0");
  });
});

describe("an incident that no recorded fault explains", () => {
  it("counts what interrupts write", async () => {
    const subject: IncidentRun = { guest: "timer", epochSteps: 5000 };
    const fault = { use: "register-bit-flip", replica: 1, at: 82_625, register: "mepc", bit: 4 };
    const { bisections } = await runWithFaults(subject, [fault], { areFaultsKnown: false });
    const cause = bisections[0]?.suspects[1]?.cause;
    if (cause?.kind !== "narrowed") throw new Error("it was explained");
    const mepc = cause.registers.find(({ name }) => name === "mepc");
    expect(mepc?.bits).toEqual([4]);
    expect(mepc?.lastWriter).toMatchObject({ instruction: "(interrupt)", step: 82_510 });
  });

  it("is narrowed to registers, and to the instructions that wrote them last", async () => {
    const subject: IncidentRun = { guest: "small", epochSteps: 20_000 };
    const fault = { use: "register-bit-flip", replica: 1, at: 61_234, register: "x5", bit: 9 };
    const { bisections } = await runWithFaults(subject, [fault], { areFaultsKnown: false });
    const cause = bisections[0]?.suspects[1]?.cause;
    if (cause?.kind !== "narrowed") throw new Error("it was explained");
    const register = cause.registers.find(({ name }) => name === "x5");
    expect(register?.bits.length).toBeGreaterThan(0);
    expect(cause.lastRightEpoch).toBe(2);
    const writers = cause.registers.flatMap(({ lastWriter }) => lastWriter ?? []);
    expect(writers.length).toBeGreaterThan(0);
    for (const { epoch, step } of writers) {
      expect(epoch).toBe(3);
      expect(step).toBeGreaterThanOrEqual(60_000);
      expect(step).toBeLessThan(80_000);
    }
  });
});
