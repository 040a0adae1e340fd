import { describe, expect, it } from "vitest";
import { cellsOf } from "../../../core/coordinator/state-cells.ts";
import type { CoordinatorMoment, CoordinatorTarget } from "../../../core/index.ts";
import { coordinatorBitFlip } from "../../../plugins/faults/coordinator-bit-flip.ts";
import { fakeTarget } from "./fake-target.ts";

const targetOf = (state: object, moment: CoordinatorMoment = "judging"): CoordinatorTarget => ({
  moment,
  cells: (structure) => (structure === "schedule" ? cellsOf("feed", state) : []),
});
const strike = (options: object, target: CoordinatorTarget): unknown =>
  coordinatorBitFlip.ofCoordinator?.strikeState?.({ structure: "schedule", ...options }, target);

describe("coordinator-bit-flip", () => {
  it("flips bits of the value that it is addressed to, and says so", () => {
    const state = { frozen: 3, sent: 2 };
    expect(strike({ entry: 1, bit: 4, width: 2 }, targetOf(state))).toBe(
      "schedule (judging): feed.sent bit 4: 2 -> 50",
    );
    expect(state).toEqual({ frozen: 3, sent: 50 });
  });

  it("counts round where there are fewer values or bits", () => {
    const state = { frozen: 3, sent: 2 };
    strike({ entry: 5, bit: 64 }, targetOf(state));
    expect(state).toEqual({ frozen: 3, sent: 3 });
  });

  it("waits for its moment, and for a moment with such values", () => {
    const state = { frozen: 3 };
    const when = "releasing";
    expect(strike({ entry: 0, bit: 0, when }, targetOf(state))).toBeUndefined();
    expect(strike({ entry: 0, bit: 0, structure: "outputs" }, targetOf(state))).toBeUndefined();
    expect(strike({ entry: 0, bit: 0, when }, targetOf(state, when))).toBeDefined();
  });

  it("does nothing to a replica", () => {
    expect(coordinatorBitFlip.inject({ structure: "outputs" }, fakeTarget())).toBeUndefined();
  });
});
