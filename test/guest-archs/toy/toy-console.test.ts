import { describe, expect, it } from "vitest";
import type { DeviceContext } from "../../../core/index.ts";
import { BinaryStateReader, BinaryStateWriter } from "../../../core/machine/state-codec.ts";
import { toyConsole } from "../../../guest-archs/toy/toy-console.ts";

function open() {
  const seen = { emitted: [] as number[], stops: [] as [string, number][], isHigh: false };
  const context: Partial<DeviceContext> = {
    emit: (bytes) => seen.emitted.push(...bytes),
    stop: (reason, code) => seen.stops.push([reason, code]),
    interrupt: {
      set: (isHigh) => {
        seen.isHigh = isHigh;
      },
    },
  };
  return { seen, device: toyConsole.create({}, context as DeviceContext) };
}

describe("the toy console", () => {
  it("sends the low byte of what is written", () => {
    const { seen, device } = open();
    device.write(0, 4, 0x141);
    expect(seen.emitted).toEqual([0x41]);
  });

  it("hands received bytes over one by one and holds its line while there are any", () => {
    const { seen, device } = open();
    device.deliver?.(Uint8Array.of(1, 2));
    expect(seen.isHigh).toBe(true);
    expect([device.read(0, 4), device.read(0, 4)]).toEqual([1, 2]);
    expect(seen.isHigh).toBe(false);
    expect(device.read(0, 4)).toBe(0xffff_ffff);
  });

  it("powers off with 0 and fails with anything else", () => {
    const { seen, device } = open();
    device.write(4, 4, 0);
    device.write(4, 4, 7);
    expect(seen.stops).toEqual([
      ["power-off", 0],
      ["guest-failure", 7],
    ]);
  });

  it("keeps received bytes in its saved state", () => {
    const first = open();
    first.device.deliver?.(Uint8Array.of(5, 6));
    const writer = new BinaryStateWriter();
    first.device.save(writer);
    const second = open();
    second.device.restore(new BinaryStateReader(writer.finish()));
    expect([second.device.read(0, 4), second.device.read(0, 4)]).toEqual([5, 6]);
  });
});
