import { describe, expect, it } from "vitest";
import { sifiveTest } from "../../../plugins/devices/sifive-test.ts";
import { benchFor } from "./device-bench.ts";

describe("sifive-test", () => {
  it.each([
    [0x5555, "power-off", 0],
    [0x7777, "reset", 0],
    [0x002a_3333, "guest-failure", 42],
    [0xffff_3333, "guest-failure", 0xffff],
  ] as const)("ends the machine on 0x%s", (value, reason, exitCode) => {
    const bench = benchFor(sifiveTest);
    bench.device.write(0, 4, value);
    expect(bench.stops).toEqual([[reason, exitCode]]);
  });

  it("ignores other values and other registers, and reads as zero", () => {
    const bench = benchFor(sifiveTest);
    bench.device.write(0, 4, 0x1234);
    bench.device.write(4, 4, 0x5555);
    expect(bench.device.read(0, 4)).toBe(0);
    expect(bench.stops).toEqual([]);
  });
});
