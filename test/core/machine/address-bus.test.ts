import { describe, expect, it } from "vitest";
import type { Device } from "../../../core/index.ts";
import { AddressBus } from "../../../core/machine/address-bus.ts";

const recorder = (log: string[], name: string): Device => ({
  read: (offset, size) => {
    log.push(`${name} read ${offset} ${size}`);
    return 7;
  },
  write: (offset, size, value) => log.push(`${name} write ${offset} ${size} ${value}`),
  save() {},
  restore() {},
});

describe("AddressBus", () => {
  it("decodes addresses to offsets in the right device", () => {
    const log: string[] = [];
    const bus = new AddressBus();
    bus.map({ base: 0x1000, bytes: 0x10, interrupt: 0 }, recorder(log, "a"));
    bus.map({ base: 0x2000, bytes: 0x10, interrupt: 0 }, recorder(log, "b"));
    expect(bus.read(0x1004, 4)).toBe(7);
    expect(bus.write(0x2008, 1, 3)).toBe(true);
    expect(bus.read(0x1000, 2)).toBe(7);
    expect(log).toEqual(["a read 4 4", "b write 8 1 3", "a read 0 2"]);
  });

  it("answers nothing outside devices and across their ends", () => {
    const bus = new AddressBus();
    bus.map({ base: 0x1000, bytes: 0x10, interrupt: 0 }, recorder([], "a"));
    expect(bus.read(0xffc, 4)).toBeUndefined();
    expect(bus.read(0x100e, 4)).toBeUndefined();
    expect(bus.write(0x1010, 1, 0)).toBe(false);
  });

  it("lets a device take the place of one at exactly its range", () => {
    const log: string[] = [];
    const bus = new AddressBus();
    bus.map({ base: 0x1000, bytes: 0x10, interrupt: 0 }, recorder(log, "empty slot"));
    bus.read(0x1000, 4);
    bus.map({ base: 0x1000, bytes: 0x10, interrupt: 3 }, recorder(log, "device"));
    bus.read(0x1000, 4);
    expect(log).toEqual(["empty slot read 0 4", "device read 0 4"]);
  });

  it("refuses overlapping ranges", () => {
    const bus = new AddressBus();
    bus.map({ base: 0x1000, bytes: 0x10, interrupt: 0 }, recorder([], "a"));
    expect(() => bus.map({ base: 0x100f, bytes: 1, interrupt: 0 }, recorder([], "b"))).toThrow(
      /0x100f/,
    );
  });
});
