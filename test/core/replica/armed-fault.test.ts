import { describe, expect, it } from "vitest";
import { armFaults } from "../../../core/replica/armed-fault.ts";

describe("armFaults", () => {
  it("makes one event of each replica and each time, in the order of config, time and replica", () => {
    const armed = armFaults([
      { use: "worker-crash", replica: 1, at: 9 },
      { use: "a", at: 100, replica: [0, 2], repeat: { times: 2, everySteps: 50 }, bit: 3 },
      { use: "b", at: 7, core: 2 },
    ]);
    expect(armed).toEqual([
      { id: 0, fault: 0, use: "worker-crash", options: {}, at: 9, replica: 1 },
      { id: 1, fault: 1, use: "a", options: { bit: 3 }, at: 100, replica: 0 },
      { id: 2, fault: 1, use: "a", options: { bit: 3 }, at: 100, replica: 2 },
      { id: 3, fault: 1, use: "a", options: { bit: 3 }, at: 150, replica: 0 },
      { id: 4, fault: 1, use: "a", options: { bit: 3 }, at: 150, replica: 2 },
      { id: 5, fault: 2, use: "b", options: {}, at: 7, core: 2 },
    ]);
  });
});
