import { describe, expect, it } from "vitest";
import { armFaults, strikes } from "../../../core/replica/armed-fault.ts";

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

describe("faults that arrivals brought", () => {
  it("are told from those that the config names", () => {
    const crash = { use: "worker-crash", replica: 0, at: 9 };
    expect(armFaults([crash, crash], 1).map(({ isOfArrival }) => isOfArrival)).toEqual([
      undefined,
      true,
    ]);
  });
});

describe("a fault", () => {
  it("strikes who has its number, or whoever runs on its core", () => {
    const place = { replica: 3, core: 1 };
    expect(strikes({ replica: 3 }, place)).toBe(true);
    expect(strikes({ replica: 1 }, place)).toBe(false);
    expect(strikes({ core: 1 }, place)).toBe(true);
    expect(strikes({ core: 0 }, place)).toBe(false);
    // Of the coordinator.
    expect(strikes({}, place)).toBe(false);
  });
});
