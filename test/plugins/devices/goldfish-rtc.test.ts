import { describe, expect, it } from "vitest";
import { goldfishRtc } from "../../../plugins/devices/goldfish-rtc.ts";
import { type Bench, benchFor, restoredCopy } from "./device-bench.ts";

const START = 1_700_000_000_000_000_000n;
const NANOSECONDS_PER_TICK = 100n;

const now = ({ device }: Bench): bigint => {
  const low = BigInt(device.read(0, 4));
  return (BigInt(device.read(4, 4)) << 32n) | low;
};

const setAlarm = ({ device }: Bench, nanoseconds: bigint): void => {
  device.write(0x0c, 4, Number(nanoseconds >> 32n));
  device.write(0x08, 4, Number(nanoseconds & 0xffff_ffffn));
};

describe("goldfish-rtc", () => {
  it("tells the virtual clock's time, the high half latched by reading the low one", () => {
    const bench = benchFor(goldfishRtc);
    bench.wait(12_345);
    expect(now(bench)).toBe(START + 12_345n * NANOSECONDS_PER_TICK);
    bench.device.read(0, 4);
    bench.wait(100_000_000);
    expect(bench.device.read(4, 4)).toBe(Number(START >> 32n));
  });

  it("can be set, and goes on from there", () => {
    const bench = benchFor(goldfishRtc);
    bench.device.write(4, 4, 0x1000);
    bench.device.write(0, 4, 0x10);
    expect(now(bench)).toBe(0x1000_0000_0010n);
    bench.wait(3);
    expect(now(bench)).toBe(0x1000_0000_0010n + 300n);
  });

  it("rings once at the alarm's time, and only while interrupts are enabled", () => {
    const bench = benchFor(goldfishRtc);
    setAlarm(bench, START + 1050n);
    expect(bench.device.read(0x18, 4)).toBe(1);
    bench.wait(10);
    expect(bench.device.read(0x18, 4)).toBe(1);
    bench.wait(1);
    expect(bench.device.read(0x18, 4)).toBe(0);
    expect(bench.isInterruptHigh()).toBe(false);
    bench.device.write(0x10, 4, 1);
    expect(bench.isInterruptHigh()).toBe(true);
    bench.device.write(0x1c, 4, 1);
    expect(bench.isInterruptHigh()).toBe(false);
  });

  it("rings at once for an alarm in the past, never for one that was cleared", () => {
    const bench = benchFor(goldfishRtc);
    bench.device.write(0x10, 4, 1);
    setAlarm(bench, START + 500n);
    bench.device.write(0x14, 4, 1);
    bench.wait(100);
    expect(bench.isInterruptHigh()).toBe(false);
    setAlarm(bench, START);
    expect(bench.isInterruptHigh()).toBe(true);
  });

  it("keeps an armed alarm over save and restore", () => {
    const bench = benchFor(goldfishRtc);
    bench.device.write(0x10, 4, 1);
    setAlarm(bench, START + 10_000n);
    bench.wait(40);
    const copy = restoredCopy(goldfishRtc, {}, bench);
    copy.wait(59);
    expect(copy.isInterruptHigh()).toBe(false);
    copy.wait(1);
    expect(copy.isInterruptHigh()).toBe(true);
  });
});
