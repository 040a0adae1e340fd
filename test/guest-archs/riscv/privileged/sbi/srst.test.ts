import { describe, expect, it } from "vitest";
import { FakeSbiMachine } from "../fake-machine.ts";

const SRST = 0x5352_5354;

describe("SBI system reset", () => {
  it.each([
    ["shutdown", 0n, 0n, "power-off", 0],
    ["shutdown after a failure", 0n, 1n, "guest-failure", 1],
    ["cold reboot", 1n, 0n, "reset", 0],
    ["warm reboot", 2n, 1n, "reset", 0],
  ])("%s stops the machine", (_title, type, reason, stop, exitCode) => {
    const machine = new FakeSbiMachine(1);
    machine.ecall(0, SRST, 0, type, reason);
    expect(machine.stops).toEqual([[stop, exitCode]]);
  });

  it("refuses reserved types and reasons", () => {
    const machine = new FakeSbiMachine(1);
    expect(machine.ecall(0, SRST, 0, 3n, 0n).error).toBe(-3n);
    expect(machine.ecall(0, SRST, 0, 0n, 2n).error).toBe(-3n);
    expect(machine.stops).toEqual([]);
  });
});
