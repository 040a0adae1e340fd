// Duplicated instructions do not show in what a guest does, and raise no alarm without a fault: with interrupts, several
// harts, paging, code that changes and floating point, interpreted, compiled, and however the run is cut.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../e2e/single-fault/seeded-random.ts";
import { type ObservedGuest, runObserved } from "./observed-replica.ts";

const GUESTS: readonly ObservedGuest[] = [
  { guest: "small", steps: 1_400_000 },
  { guest: "paging", steps: 2_400_000 },
  { guest: "timer", steps: 500_000, harts: 2 },
  { guest: "floating-point", steps: 600_000 },
  { guest: "page-border", steps: 600_000 },
  { guest: "shared-page", steps: 600_000 },
  { guest: "calls", steps: 600_000 },
  { guest: "switches", steps: 600_000 },
];

describe.each(GUESTS)("$guest", { timeout: 120_000 }, (guest) => {
  const random = new SeededRandom(GUESTS.indexOf(guest));

  it.each([true, false])("does the same duplicated (control flow followed: %s)", async (flow) => {
    const plain = await runObserved({ ...guest, compiler: { compileAfterJumps: 0 } });
    const instrumentation = [
      { use: "instruction-duplication", controlFlow: flow, checkLoads: flow },
    ];
    for (const compileAfterJumps of [0, 1, 20]) {
      for (const most of [guest.steps, 3000]) {
        const end = await runObserved({
          ...guest,
          instrumentation,
          compiler: { compileAfterJumps },
          nextSpan: () => (most === guest.steps ? most : 1 + random.below(most)),
        });
        expect(end.steps).toBe(plain.steps);
        expect(end.digest).toBe(plain.digest);
      }
    }
  });
});
