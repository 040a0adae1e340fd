import { describe, expect, it } from "vitest";
import { virtioConsole } from "../../../../plugins/devices/virtio/console/model.ts";
import { REGISTER, STATUS } from "../../../../plugins/devices/virtio/mmio-registers.ts";
import { benchFor, RAM_BASE } from "../device-bench.ts";
import { TestDriver, WRITE } from "./test-driver.ts";

const BUFFER = RAM_BASE + 0x2_0000;
const VERSION_1 = 1n << 32n;
const newDriver = (): TestDriver => new TestDriver(benchFor(virtioConsole));

describe("virtio-mmio transport", () => {
  it("identifies itself as a modern virtio device", () => {
    const driver = newDriver();
    expect(driver.get(REGISTER.magicValue)).toBe(0x7472_6976);
    expect(driver.get(REGISTER.version)).toBe(2);
    expect(driver.get(REGISTER.deviceId)).toBe(3);
    expect(driver.bench.device.read(REGISTER.magicValue, 1)).toBe(0);
  });

  it("accepts offered features and refuses a driver without VERSION_1 or with others", () => {
    const driver = newDriver();
    expect(driver.negotiate() & STATUS.featuresOk).toBe(STATUS.featuresOk);
    expect(driver.negotiate((offered) => offered & ~VERSION_1) & STATUS.featuresOk).toBe(0);
    expect(driver.negotiate((offered) => offered | 1n) & STATUS.featuresOk).toBe(0);
  });

  it("tells the sizes of its queues, and 0 for one that does not exist", () => {
    const driver = newDriver();
    driver.set(REGISTER.queueSel, 1);
    expect(driver.get(REGISTER.queueNumMax)).toBe(64);
    driver.set(REGISTER.queueSel, 2);
    expect(driver.get(REGISTER.queueNumMax)).toBe(0);
    driver.set(REGISTER.queueReady, 1);
    expect(driver.get(REGISTER.queueReady)).toBe(0);
  });

  it("does not touch buffers before DRIVER_OK, then serves what was offered", () => {
    const driver = newDriver();
    driver.negotiate();
    driver.setUpQueue(0);
    driver.setUpQueue(1);
    driver.bench.memory.write(BUFFER - RAM_BASE, Buffer.from("early"));
    driver.offerChain(1, 0, [{ address: BUFFER, length: 5 }]);
    driver.notify(1);
    expect(driver.bench.outputs).toEqual([]);
    driver.set(REGISTER.status, driver.get(REGISTER.status) | STATUS.driverOk);
    expect(Buffer.concat(driver.bench.outputs).toString()).toBe("early");
    expect(driver.takeUsed(1)).toEqual([[0, 0]]);
  });

  it("interrupts for used buffers until acknowledged, unless the driver does not want it", () => {
    const driver = newDriver();
    driver.start(2);
    driver.offerChain(1, 0, [{ address: BUFFER, length: 1 }]);
    driver.notify(1);
    expect(driver.get(REGISTER.interruptStatus)).toBe(1);
    expect(driver.bench.isInterruptHigh()).toBe(true);
    driver.set(REGISTER.interruptAck, 1);
    expect(driver.bench.isInterruptHigh()).toBe(false);
    driver.suppressInterrupts(1);
    driver.offerChain(1, 0, [{ address: BUFFER, length: 1 }]);
    driver.notify(1);
    expect(driver.takeUsed(1)).toHaveLength(2);
    expect(driver.bench.isInterruptHigh()).toBe(false);
  });

  it("asks for a reset when the queue is broken, stays silent until then, and works again after", () => {
    const driver = newDriver();
    driver.start(2);
    driver.offer(1, 200);
    driver.notify(1);
    expect(driver.needsReset).toBe(true);
    expect(driver.get(REGISTER.interruptStatus) & 2).toBe(2);
    driver.offerChain(1, 0, [{ address: BUFFER, length: 1 }]);
    driver.notify(1);
    expect(driver.bench.outputs).toEqual([]);
    driver.set(REGISTER.status, 0);
    expect(driver.get(REGISTER.status)).toBe(0);
    expect(driver.bench.isInterruptHigh()).toBe(false);
    driver.bench.memory.contents.fill(0);
    driver.start(2);
    driver.offerChain(1, 0, [{ address: BUFFER, length: 1 }]);
    driver.notify(1);
    expect(driver.bench.outputs).toHaveLength(1);
  });

  it.each([
    ["a size that is no power of two", REGISTER.queueNum, 3],
    ["a size above the maximum", REGISTER.queueNum, 128],
    ["size zero", REGISTER.queueNum, 0],
    ["a misaligned descriptor table", REGISTER.queueDescLow, RAM_BASE + 8],
    ["a table outside RAM", REGISTER.queueDescHigh, 1],
    ["an available ring below RAM", REGISTER.queueDriverLow, 0x1000],
    ["a misaligned used ring", REGISTER.queueDeviceLow, RAM_BASE + 0x3002],
  ])("refuses a queue with %s", (_what, register, value) => {
    const driver = newDriver();
    driver.negotiate();
    driver.setUpQueue(0);
    driver.set(REGISTER.queueReady, 0);
    driver.set(register, value);
    driver.set(REGISTER.queueReady, 1);
    expect(driver.get(REGISTER.queueReady)).toBe(0);
    expect(driver.needsReset).toBe(true);
  });

  it("keeps addresses of a queue in use", () => {
    const driver = newDriver();
    driver.start(1);
    driver.set(REGISTER.queueDescLow, 0);
    driver.set(REGISTER.queueNum, 0);
    driver.offerChain(0, 0, [{ address: BUFFER, length: 4, flags: WRITE }]);
    driver.bench.device.deliver?.(Buffer.from("hi"));
    expect(driver.takeUsed(0)).toEqual([[0, 2]]);
    expect(driver.needsReset).toBe(false);
  });
});
