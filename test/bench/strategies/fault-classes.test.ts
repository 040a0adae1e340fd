import { describe, expect, it } from "vitest";
import { drawFaults, FAULT_CLASSES } from "../../../bench/strategies/fault-classes.ts";
import { guestConfig, SOLO } from "../../../bench/workloads.ts";

const PLACE = { config: guestConfig("small", SOLO), steps: 1_000_000, count: 5 };

describe.each(FAULT_CLASSES)("faults of class $name", (faultClass) => {
  it("are as many as asked for, within the run, and the same again", async () => {
    const faults = await drawFaults(faultClass, PLACE);
    expect(faults).toHaveLength(5);
    expect(faults.every(({ at }) => at >= 0 && at < PLACE.steps)).toBe(true);
    expect(new Set(faults.map(({ at }) => at)).size).toBe(5);
    expect(await drawFaults(faultClass, PLACE)).toEqual(faults);
  });
});

describe("faults in memory", () => {
  it("strike what the guest uses", async () => {
    const memory = FAULT_CLASSES.find(({ name }) => name === "memory")!;
    const faults = await drawFaults(memory, PLACE);
    const addresses = faults.map((fault) => Number(fault["address"]));
    expect(addresses.every((at) => at >= 0x8000_0000 && at < 0x8000_0000 + 228_912)).toBe(true);
  });
});
