import { beforeEach, describe, expect, it } from "vitest";
import { MachineClock } from "../../../../core/machine/machine-clock.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../../core/machine/state-codec.ts";
import { Aclint } from "../../../../guest-archs/riscv/platform/aclint.ts";

const MTIME = 0xbff8;

/** Two harts on a clock of one step a tick. */
class Rig {
  readonly clock: MachineClock = new MachineClock(1, 0n, () => undefined);
  readonly software: boolean[] = [false, false];
  readonly timer: boolean[] = [false, false];
  readonly aclint: Aclint = new Aclint(
    this.clock,
    [0, 1].map((hart) => ({
      setSoftwareInterrupt: (isHigh: boolean) => {
        this.software[hart] = isHigh;
      },
      setTimerInterrupt: (isHigh: boolean) => {
        this.timer[hart] = isHigh;
      },
    })),
  );

  write64(offset: number, value: bigint): void {
    this.aclint.write(offset, 4, Number(value & 0xffff_ffffn));
    this.aclint.write(offset + 4, 4, Number(value >> 32n));
  }

  read64(offset: number): bigint {
    const low = this.aclint.read(offset, 4);
    return (BigInt(this.aclint.read(offset + 4, 4)) << 32n) | BigInt(low);
  }

  advanceTo(tick: number): void {
    this.clock.report(tick);
    this.clock.fireDueAlarms();
  }
}

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

describe("msip", () => {
  it("drives each hart's software interrupt by bit 0", () => {
    rig.aclint.write(4, 4, 0xffff_ffff);
    expect(rig.software).toEqual([false, true]);
    expect([rig.aclint.read(0, 4), rig.aclint.read(4, 4)]).toEqual([0, 1]);
    rig.aclint.write(4, 4, 0xffff_fffe);
    expect(rig.software).toEqual([false, false]);
  });

  it("ignores harts that do not exist and accesses of other sizes", () => {
    rig.aclint.write(8, 4, 1);
    rig.aclint.write(0, 1, 1);
    expect(rig.aclint.read(8, 4)).toBe(0);
    expect(rig.software).toEqual([false, false]);
  });
});

describe("mtimecmp", () => {
  it("raises no interrupt before software sets it", () => {
    rig.advanceTo(1_000_000);
    expect(rig.timer).toEqual([false, false]);
    expect(rig.clock.nextAlarmTick()).toBe(Infinity);
  });

  it("raises the line at its tick exactly and lowers it when moved", () => {
    rig.write64(0x4000, 100n);
    rig.write64(0x4008, 150n);
    expect(rig.clock.nextAlarmTick()).toBe(100);
    rig.advanceTo(99);
    expect(rig.timer).toEqual([false, false]);
    rig.advanceTo(100);
    expect(rig.timer).toEqual([true, false]);
    expect(rig.clock.nextAlarmTick()).toBe(150);
    rig.advanceTo(150);
    expect(rig.timer).toEqual([true, true]);
    rig.write64(0x4000, 200n);
    expect(rig.timer).toEqual([false, true]);
    expect(rig.clock.nextAlarmTick()).toBe(200);
  });

  it("raises the line at once for a tick that has passed", () => {
    rig.advanceTo(500);
    rig.write64(0x4000, 500n);
    expect(rig.timer[0]).toBe(true);
    expect(rig.clock.nextAlarmTick()).toBe(Infinity);
  });

  it("reads back in halves", () => {
    rig.write64(0x4008, 0xfedc_ba98_7654_3210n);
    expect(rig.aclint.read(0x4008, 4)).toBe(0x7654_3210);
    expect(rig.aclint.read(0x400c, 4)).toBe(0xfedc_ba98);
    expect(rig.read64(0x4010)).toBe(0n);
  });
});

describe("mtime", () => {
  it("is virtual time until written, then keeps its distance", () => {
    rig.advanceTo(77);
    expect(rig.read64(MTIME)).toBe(77n);
    rig.write64(MTIME, 0x1_0000_0000_0000n);
    rig.advanceTo(87);
    expect(rig.read64(MTIME)).toBe(0x1_0000_0000_000an);
    rig.write64(MTIME, 5n);
    rig.advanceTo(90);
    expect(rig.read64(MTIME)).toBe(8n);
  });

  it("moves alarms and lines when it is written", () => {
    rig.write64(0x4000, 1000n);
    rig.write64(MTIME, 990n);
    expect(rig.clock.nextAlarmTick()).toBe(10);
    rig.write64(MTIME, 1000n);
    expect(rig.timer[0]).toBe(true);
    rig.write64(MTIME, 0n);
    expect(rig.timer[0]).toBe(false);
  });
});

describe("A saved ACLINT", () => {
  function saved(): Uint8Array<ArrayBuffer> {
    const writer = new BinaryStateWriter();
    rig.clock.save(writer);
    rig.aclint.save(writer);
    return writer.finish();
  }

  it("goes on as if nothing had happened", () => {
    rig.aclint.write(4, 4, 1);
    rig.advanceTo(10);
    rig.write64(MTIME, 1000n);
    rig.write64(0x4000, 1500n);
    rig.write64(0x4008, 900n);
    const other = new Rig();
    const reader = new BinaryStateReader(saved());
    other.clock.restore(reader);
    other.aclint.restore(reader);
    reader.end();
    expect([other.software, other.timer]).toEqual([rig.software, rig.timer]);
    expect(other.clock.nextAlarmTick()).toBe(510);
    other.advanceTo(510);
    expect(other.read64(MTIME)).toBe(1500n);
    expect(other.timer).toEqual([true, true]);
  });

  it("does not fit a machine with another number of harts", () => {
    const small = new Aclint(rig.clock, []);
    const reader = new BinaryStateReader(saved());
    new Rig().clock.restore(reader);
    expect(() => small.restore(reader)).toThrow(
      expect.objectContaining({ code: "XV_ERR_STATE_CORRUPT" }),
    );
  });
});
