import { describe, expect, it } from "vitest";
import type { CoordinatorMoment } from "../../../core/index.ts";
import { coordinatorError } from "../../../plugins/faults/coordinator-error.ts";
import { fakeTarget } from "./fake-target.ts";

const strike = (options: object, moment: CoordinatorMoment): unknown =>
  coordinatorError.ofCoordinator?.strikeState?.({ ...options }, { moment, cells: () => [] });

describe("coordinator-error", () => {
  it("is an error of the loop, at the next place or at a chosen one", () => {
    const error = new Error("injected error of the coordinator (judged)");
    expect(strike({}, "judged")).toEqual(error);
    expect(strike({ when: "judged" }, "judged")).toEqual(error);
    expect(strike({ when: "granting" }, "judged")).toBeUndefined();
  });

  it("does nothing to a replica", () => {
    expect(coordinatorError.inject({}, fakeTarget())).toBeUndefined();
  });
});
