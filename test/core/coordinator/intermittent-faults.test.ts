import { describe, expect, it } from "vitest";
import { IntermittentFaults } from "../../../core/coordinator/intermittent-faults.ts";
import { armFaults } from "../../../core/replica/armed-fault.ts";

const armed = armFaults([
  { use: "flip", core: 1, at: 300, repeat: { times: 4, everySteps: 100 } },
  { use: "flip", core: 1, at: 350 },
]);
const EVERY = new Map([[0, 100]]);
const stepsOf = (faults: ReturnType<IntermittentFaults["arrive"]>): number[] =>
  faults.filter(({ fault }) => fault === 0).map(({ at }) => at);

describe("IntermittentFaults", () => {
  it("come as the guest reaches their step, as long as none has happened", () => {
    const faults = new IntermittentFaults(EVERY);
    const place = { replica: 0, core: 1, fromStep: 0, standing: 0 };
    expect(stepsOf(faults.arrive(armed, place))).toEqual([300, 400, 500, 600]);
    faults.leave(0, 250);
    const next = { replica: 2, core: 1, fromStep: 100, standing: 100 };
    expect(stepsOf(faults.arrive(armed, next))).toEqual([300, 400, 500, 600]);
  });

  it("go by the time of their core from then on, and strike whoever is there", () => {
    const faults = new IntermittentFaults(EVERY);
    faults.arrive(armed, { replica: 0, core: 1, fromStep: 0, standing: 0 });
    faults.happened(0, armed[0]!, 300);
    faults.leave(0, 360);
    // Forty steps from its last time on, wherever this one starts.
    const place = { replica: 2, core: 1, fromStep: 200, standing: 200 };
    const next = faults.arrive(armed.slice(1), place);
    expect(stepsOf(next)).toEqual([240, 340, 440]);
    expect(next.find(({ fault }) => fault === 1)?.at).toBe(350);
    expect(faults.stepOf(2, armed[1]!)).toBe(240);
    expect(faults.stepOf(7, armed[1]!)).toBe(400);
    expect([faults.isMoved(armed[1]!), faults.isMoved(armed[0]!)]).toEqual([true, false]);
    expect(
      faults.movedOf(armed).map(({ id, at, replica, core }) => [id, at, replica, core]),
    ).toEqual([
      [1, 240, 2, undefined],
      [2, 340, 2, undefined],
      [3, 440, 2, undefined],
    ]);
    faults.leave(2, 240);
    expect(faults.movedOf(armed)).toEqual([]);
  });

  it("stay on their core", () => {
    const faults = new IntermittentFaults(EVERY);
    faults.arrive(armed, { replica: 0, core: 1, fromStep: 0, standing: 0 });
    faults.happened(0, armed[0]!, 300);
    const elsewhere = faults.arrive(armed, { replica: 1, core: 0, fromStep: 0, standing: 0 });
    expect(elsewhere).toEqual(armed);
  });

  it("do not forget what is overdue", () => {
    const faults = new IntermittentFaults(EVERY);
    faults.arrive(armed, { replica: 0, core: 1, fromStep: 0, standing: 0 });
    faults.happened(0, armed[0]!, 300);
    faults.leave(0, 900);
    const next = faults.arrive(armed.slice(1), {
      replica: 2,
      core: 1,
      fromStep: 900,
      standing: 900,
    });
    expect(stepsOf(next)).toEqual([900, 900, 900]);
  });
});
