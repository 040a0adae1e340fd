// What transforms of semantics can express besides counting, with the same observations interpreted and compiled.
import { describe, expect, it } from "vitest";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { type ObservedEnd, runObserved } from "./observed-replica.ts";
import { coverage, lastRetired, twice, wrongResult } from "./sample-instruments.ts";

const registry = await loadRegistry({ plugins: [] });
for (const provider of [coverage, lastRetired, twice, wrongResult]) registry.register(provider);

const run = (
  compileAfterJumps: number,
  instrumentation: readonly { readonly use: string; readonly nth?: number }[],
): Promise<ObservedEnd> =>
  runObserved({
    guest: "small",
    steps: 300_000,
    registry,
    instrumentation,
    compiler: { compileAfterJumps },
  });

const NEVER = { use: "wrong-result", nth: 0 };
const TWICE = { use: "twice" };

describe("a transform", { timeout: 60_000 }, () => {
  it("can count by address and remember values", async () => {
    const slots = [{ use: "coverage" }, { use: "last-retired" }, { use: "instruction-mix" }];
    const [plain, interpreted, ...others] = await Promise.all([
      run(0, []),
      run(0, slots),
      run(1, slots),
      run(20, slots),
    ]);
    const [map, last, mix] = (interpreted?.findings ?? []).map(({ data }) => data);
    const { total } = mix as { total: number };
    expect((map as number[]).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect((map as number[]).filter((count) => count > 0).length).toBeGreaterThan(100);
    expect(last).toEqual([expect.stringMatching(/^21474/), String(total)]);
    expect(interpreted?.digest).toBe(plain?.digest);
    for (const end of others) {
      expect(end.findings).toEqual(interpreted?.findings);
      expect(end.digest).toBe(plain?.digest);
    }
  });

  it.each([0, 1, 20])("can execute twice and compare (compiled after %d jumps)", async (jumps) => {
    const plain = await run(jumps, []);
    const compared = await run(jumps, [NEVER, TWICE]);
    expect(compared.digest).toBe(plain.digest);
    const [computed, differing] = compared.findings.map(({ data }) => data as number);
    expect(computed).toBeGreaterThan(200_000);
    expect(differing).toBe(0);
  });

  it("can make a result wrong, which execution twice finds", async () => {
    const plain = await run(1, []);
    for (const nth of [1001, 150_000]) {
      const ends = await Promise.all(
        [0, 1, 20].map((jumps) => run(jumps, [{ use: "wrong-result", nth }, TWICE])),
      );
      for (const end of ends) {
        expect(end.findings).toEqual(ends[0]?.findings);
        expect(end.digest).toBe(ends[0]?.digest);
        expect(end.findings[1]?.data).toBe(1);
      }
    }
    const alone = await run(1, [{ use: "wrong-result", nth: 1000 }]);
    expect(alone.digest).not.toBe(plain.digest);
    expect((await run(0, [{ use: "wrong-result", nth: 1000 }])).digest).toBe(alone.digest);
  });
});
