import { describe, expect, it } from "vitest";
import { MachineClock } from "../../../core/machine/machine-clock.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";

const START = 1_700_000_000_000_000_000n;

describe("MachineClock", () => {
  it("turns steps and jumps into ticks and wall time", () => {
    const clock = new MachineClock(100, START, () => {});
    clock.report(250);
    expect(clock.now()).toBe(2);
    clock.jump(1000);
    expect(clock.now()).toBe(1002);
    expect(clock.wallNanoseconds()).toBe(START + 100_200n);
  });

  it("fires an alarm exactly at the first step of its tick", () => {
    let fired = 0;
    const clock = new MachineClock(100, START, () => {});
    const alarm = clock.createAlarm(() => fired++);
    clock.report(50);
    alarm.set(3);
    expect(clock.stepsToNextAlarm()).toBe(250);
    clock.report(299);
    clock.fireDueAlarms();
    expect(fired).toBe(0);
    clock.report(300);
    expect(clock.stepsToNextAlarm()).toBe(0);
    clock.fireDueAlarms();
    clock.fireDueAlarms();
    expect(fired).toBe(1);
    expect(clock.nextAlarmTick()).toBe(Infinity);
  });

  it("tells when an alarm moved, so that a run in progress looks again", () => {
    let moved = 0;
    const clock = new MachineClock(100, START, () => moved++);
    clock.createAlarm(() => {}).set(5);
    expect(moved).toBe(1);
  });

  it("saves time and disarms alarms on restore: their owners set them again", () => {
    const clock = new MachineClock(100, START, () => {});
    clock.report(12_345);
    clock.jump(77);
    const writer = new BinaryStateWriter();
    clock.save(writer);
    const other = new MachineClock(100, START, () => {});
    other.createAlarm(() => {}).set(1);
    other.restore(new BinaryStateReader(writer.finish()));
    expect([other.steps, other.now(), other.nextAlarmTick()]).toEqual([
      12_345,
      clock.now(),
      Infinity,
    ]);
  });
});
