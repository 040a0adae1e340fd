import { describe, expect, it } from "vitest";
import { virtioConsole } from "../../../../../plugins/devices/virtio/console/model.ts";
import { benchFor, RAM_BASE, restoredCopy } from "../../device-bench.ts";
import { TestDriver, WRITE } from "../test-driver.ts";

const BUFFER = 0x2_0000;

function startDriver(): TestDriver {
  const driver = new TestDriver(benchFor(virtioConsole));
  driver.start(2);
  return driver;
}

const offerReceiveBuffer = (driver: TestDriver, slot: number, length: number): void => {
  driver.offerChain(0, slot, [{ address: RAM_BASE + BUFFER + slot * 64, length, flags: WRITE }]);
  driver.notify(0);
};

describe("virtio-console", () => {
  it("emits each transmit buffer as one output", () => {
    const driver = startDriver();
    driver.bench.memory.write(BUFFER, Buffer.from("hello, world"));
    driver.offerChain(1, 0, [
      { address: RAM_BASE + BUFFER, length: 7 },
      { address: RAM_BASE + BUFFER + 7, length: 5 },
    ]);
    driver.notify(1);
    expect(driver.bench.outputs.map((bytes) => Buffer.from(bytes).toString())).toEqual([
      "hello, world",
    ]);
    expect(driver.takeUsed(1)).toEqual([[0, 0]]);
  });

  it("keeps input until the driver offers buffers, and splits it over them", () => {
    const driver = startDriver();
    driver.bench.device.deliver?.(Buffer.from("abcdef"));
    offerReceiveBuffer(driver, 0, 4);
    offerReceiveBuffer(driver, 1, 4);
    expect(driver.takeUsed(0)).toEqual([
      [0, 4],
      [1, 2],
    ]);
    expect(Buffer.from(driver.bench.memory.read(BUFFER + 64, 2)).toString()).toBe("ef");
  });

  it("keeps input over a reset of the device and over save and restore", () => {
    const driver = startDriver();
    driver.bench.device.deliver?.(Buffer.from("typed"));
    driver.start(2);
    const copy = restoredCopy(virtioConsole, {}, driver.bench);
    offerReceiveBuffer(new TestDriver(copy), 0, 16);
    expect(Buffer.from(copy.memory.read(BUFFER, 5)).toString()).toBe("typed");
  });

  it("serves firmware calls through its console port", () => {
    const driver = startDriver();
    driver.bench.device.deliver?.(Buffer.from("k"));
    driver.bench.device.console?.write(0x21);
    expect(driver.bench.device.console?.read()).toBe("k".codePointAt(0));
    expect(driver.bench.device.console?.read()).toBe(-1);
    expect(Buffer.concat(driver.bench.outputs).toString()).toBe("!");
  });

  it("needs a reset when a receive buffer can't be written", () => {
    const driver = startDriver();
    driver.offerChain(0, 0, [{ address: RAM_BASE + BUFFER, length: 4 }]);
    driver.notify(0);
    expect(driver.needsReset).toBe(false);
    driver.bench.device.deliver?.(Buffer.from("x"));
    expect(driver.needsReset).toBe(true);
  });
});
