// What an instrument finds depends neither on what is interpreted and what is compiled, nor on how a run is cut, and the
// guest does not notice it.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../e2e/single-fault/seeded-random.ts";
import { type ObservedGuest, runObserved } from "./observed-replica.ts";

const MIX = { use: "instruction-mix", by: "name", top: 10 };
const CLASSES = { use: "instruction-mix", by: "class", top: 10 };

/** Steps by guest: most run to their end within them. */
const GUESTS: readonly ObservedGuest[] = [
  { guest: "small", steps: 1_400_000 },
  { guest: "paging", steps: 2_400_000 },
  { guest: "timer", steps: 500_000, harts: 2 },
  { guest: "floating-point", steps: 600_000 },
  { guest: "page-border", steps: 600_000 },
  { guest: "shared-page", steps: 600_000 },
];

describe.each(GUESTS)("$guest", { timeout: 120_000 }, (guest) => {
  const random = new SeededRandom(GUESTS.indexOf(guest));

  it("has the same mix of instructions interpreted, compiled, and however the run is cut", async () => {
    const plain = await runObserved({ ...guest, compiler: { compileAfterJumps: 0 } });
    const instrumentation = [MIX, CLASSES];
    const golden = await runObserved({
      ...guest,
      instrumentation,
      compiler: { compileAfterJumps: 0 },
    });
    expect(golden.steps).toBe(plain.steps);
    expect(golden.digest).toBe(plain.digest);
    const [names, classes] = golden.findings.map(({ data }) => data as { total: number });
    expect(classes?.total).toBe(names?.total);
    // What is missing are traps and interrupts.
    expect(names?.total).toBeLessThanOrEqual(golden.steps);
    expect(names?.total).toBeGreaterThan(golden.steps * 0.999);
    for (const compileAfterJumps of [1, 20]) {
      for (const most of [guest.steps, 100_000, 3000]) {
        const end = await runObserved({
          ...guest,
          instrumentation,
          compiler: { compileAfterJumps },
          nextSpan: () => (most === guest.steps ? most : 1 + random.below(most)),
        });
        expect(end.steps).toBe(plain.steps);
        expect(end.digest).toBe(plain.digest);
        expect(end.findings).toEqual(golden.findings);
      }
    }
  });

  it("has the mix of instructions that its trace shows", async () => {
    // The guest with two harts takes interrupts from early on.
    const steps = guest.harts === 2 ? 150_000 : 40_000;
    const traced = await runObserved({
      ...guest,
      steps,
      instrumentation: [{ use: "trace", from: 0, to: steps }],
    });
    const end = await runObserved({
      ...guest,
      steps,
      instrumentation: [MIX],
      compiler: { compileAfterJumps: 1 },
    });
    const counts = new Map<string, number>();
    for (const line of traced.notes.trimEnd().split("\n")) {
      const [, , , , name = ""] = line.replace(/ <.*?>/, "").split(" ");
      if (line.endsWith("!trap") || name.startsWith("(")) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const data = end.findings[0]?.data as { counts: { name: string; count: number }[] };
    expect(new Map(data.counts.map(({ name, count }) => [name, count]))).toEqual(counts);
  });

  it("has the same trace with code compiled before it, and is not disturbed by it", async () => {
    const from = Math.floor(guest.steps / 3) + random.below(1000);
    const window = { use: "trace", from, to: from + 3000 };
    const plain = await runObserved({ ...guest, compiler: { compileAfterJumps: 0 } });
    const golden = await runObserved({
      ...guest,
      instrumentation: [window],
      compiler: { compileAfterJumps: 0 },
    });
    expect(golden.notes.split("\n").length).toBeGreaterThan(2900);
    for (const compileAfterJumps of [1, 20]) {
      const end = await runObserved({
        ...guest,
        instrumentation: [window],
        compiler: { compileAfterJumps },
        nextSpan: () => 1 + random.below(50_000),
      });
      expect(end.notes).toBe(golden.notes);
      expect(end.digest).toBe(plain.digest);
    }
    expect(golden.digest).toBe(plain.digest);
  });

  it("does not notice that it is profiled", async () => {
    const plain = await runObserved(guest);
    const profiled = await runObserved({ ...guest, isProfiled: true });
    expect(profiled.digest).toBe(plain.digest);
    expect(profiled.profile?.samples).toBeGreaterThan(0);
  });
});
