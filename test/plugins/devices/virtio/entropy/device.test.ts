import { describe, expect, it } from "vitest";
import { virtioEntropy } from "../../../../../plugins/devices/virtio/entropy/model.ts";
import {
  decodeEntropyRequest,
  encodeEntropyAnswer,
} from "../../../../../plugins/devices/virtio/entropy/wire-format.ts";
import { benchFor, RAM_BASE, restoredCopy } from "../../device-bench.ts";
import { TestDriver, WRITE } from "../test-driver.ts";

const BUFFER = 0x2_0000;

function startDriver(): TestDriver {
  const driver = new TestDriver(benchFor(virtioEntropy));
  driver.start(1);
  return driver;
}

describe("virtio-entropy", () => {
  it("asks for as many bytes as the driver's buffer takes, and fills it with the answer", () => {
    const driver = startDriver();
    driver.offerChain(0, 0, [{ address: RAM_BASE + BUFFER, length: 64, flags: WRITE }]);
    driver.notify(0);
    expect(driver.bench.outputs.map((bytes) => decodeEntropyRequest(bytes))).toEqual([
      { tag: 0, bytes: 64 },
    ]);
    driver.bench.device.deliver?.(encodeEntropyAnswer(0, Uint8Array.of(1, 2, 3)));
    expect(driver.takeUsed(0)).toEqual([[0, 3]]);
    expect([...driver.bench.memory.read(BUFFER, 4)]).toEqual([1, 2, 3, 0]);
    expect(driver.bench.isInterruptHigh()).toBe(true);
  });

  it("never asks for more than 64 KiB, nor writes more than the buffer holds", () => {
    const driver = startDriver();
    driver.offerChain(0, 0, [{ address: RAM_BASE + 0x1_0000, length: 0x2_0000, flags: WRITE }]);
    driver.offerChain(0, 1, [{ address: RAM_BASE + BUFFER, length: 2, flags: WRITE }]);
    driver.notify(0);
    expect(driver.bench.outputs.map((bytes) => decodeEntropyRequest(bytes)?.bytes)).toEqual([
      65_536, 2,
    ]);
    driver.bench.device.deliver?.(encodeEntropyAnswer(1, Uint8Array.of(7, 7, 7)));
    expect(driver.takeUsed(0)).toEqual([[1, 2]]);
    expect([...driver.bench.memory.read(BUFFER, 3)]).toEqual([7, 7, 0]);
  });

  it("needs a reset when a buffer can't be written", () => {
    const driver = startDriver();
    driver.offerChain(0, 0, [{ address: RAM_BASE + BUFFER, length: 4 }]);
    driver.notify(0);
    expect(driver.needsReset).toBe(true);
  });

  it("completes requests that were in flight when it was saved", () => {
    const driver = startDriver();
    driver.offerChain(0, 0, [{ address: RAM_BASE + BUFFER, length: 8, flags: WRITE }]);
    driver.notify(0);
    const copy = restoredCopy(virtioEntropy, {}, driver.bench);
    copy.device.deliver?.(encodeEntropyAnswer(0, Uint8Array.of(5)));
    expect(copy.memory.readU8(BUFFER)).toBe(5);
    expect(copy.isInterruptHigh()).toBe(true);
  });
});
