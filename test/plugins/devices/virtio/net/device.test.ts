import { describe, expect, it, vi } from "vitest";
import { REGISTER, STATUS } from "../../../../../plugins/devices/virtio/mmio-registers.ts";
import {
  MAX_WAITING_BYTES,
  MAX_WAITING_FRAMES,
} from "../../../../../plugins/devices/virtio/net/frame-queue.ts";
import { WINDOW_BYTES } from "../../../../../plugins/devices/virtio/net/link-rate.ts";
import { virtioNet } from "../../../../../plugins/devices/virtio/net/model.ts";
import {
  encodeFrameInput,
  encodeLinkInput,
} from "../../../../../plugins/devices/virtio/net/wire-format.ts";
import { type Bench, benchFor, RAM_BASE, restoredCopy, savedState } from "../../device-bench.ts";
import { TestDriver, WRITE } from "../test-driver.ts";

const RECEIVE = 0;
const TRANSMIT = 1;
const HEADER = 12;
const BUFFERS = 0x1_0000;
const MERGEABLE = 1n << 15n;

const frameOf = (length: number, seed = 1): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 7 + seed) & 0xff));

function startDriver(accept?: (offered: bigint) => bigint, options: object = {}): TestDriver {
  const model = { ...virtioNet, create: withOptions(options) };
  const driver = new TestDriver(benchFor(model));
  driver.start(2, accept);
  return driver;
}

const withOptions =
  (options: object): typeof virtioNet.create =>
  (_options, context) =>
    virtioNet.create({ ...options }, context);

const withoutMerging = (offered: bigint): bigint => offered & ~MERGEABLE;
const bufferAt = (slot: number): number => BUFFERS + slot * 0x1000;

function offerReceive(driver: TestDriver, slot: number, length: number): void {
  driver.offerChain(RECEIVE, slot, [{ address: RAM_BASE + bufferAt(slot), length, flags: WRITE }]);
  driver.notify(RECEIVE);
}

function transmit(driver: TestDriver, frame: Buffer, header = Buffer.alloc(HEADER)): void {
  const { memory } = driver.bench;
  memory.write(bufferAt(8), header);
  memory.write(bufferAt(9), frame);
  driver.offerChain(TRANSMIT, 0, [
    { address: RAM_BASE + bufferAt(8), length: header.length },
    { address: RAM_BASE + bufferAt(9), length: frame.length },
  ]);
  driver.notify(TRANSMIT);
}

const receive = ({ device }: Bench, frame: Buffer): void =>
  device.deliver?.(encodeFrameInput(frame));
const contents = ({ bench }: TestDriver, slot: number, length: number): Buffer =>
  Buffer.from(bench.memory.read(bufferAt(slot), length));
const config = ({ bench }: TestDriver, offset: number, size: 1 | 2 | 4): number =>
  bench.device.read(REGISTER.config + offset, size);

describe("virtio-net", () => {
  it("tells its address, its MTU and that the link is up", () => {
    const driver = startDriver(undefined, { mac: "02:00:5e:10:20:3f", mtu: 9000 });
    const mac = Array.from({ length: 6 }, (_, i) => config(driver, i, 1));
    expect(mac).toEqual([0x02, 0x00, 0x5e, 0x10, 0x20, 0x3f]);
    expect(config(driver, 6, 2)).toBe(1);
    expect(config(driver, 10, 2)).toBe(9000);
  });

  it("has an address of its own without options, by its interrupt", () => {
    const driver = startDriver();
    expect(Array.from({ length: 6 }, (_, i) => config(driver, i, 1))).toEqual([
      0x52, 0x54, 0x00, 0x58, 0x56, 1,
    ]);
  });

  it("emits each transmit buffer as one frame, without its header", () => {
    const driver = startDriver();
    const frame = frameOf(60);
    transmit(driver, frame);
    expect(driver.bench.outputs.map((bytes) => Buffer.from(bytes))).toEqual([frame]);
    expect(driver.takeUsed(TRANSMIT)).toEqual([[0, 0]]);
    expect(driver.bench.isInterruptHigh()).toBe(true);
  });

  it("loses what is no frame: too short, or longer than the MTU allows", () => {
    const driver = startDriver();
    transmit(driver, frameOf(13));
    transmit(driver, frameOf(1519));
    expect(driver.bench.outputs).toEqual([]);
    transmit(driver, frameOf(1518));
    expect(driver.bench.outputs).toHaveLength(1);
    expect(driver.takeUsed(TRANSMIT)).toHaveLength(3);
    receive(driver.bench, frameOf(1519));
    offerReceive(driver, 0, 4096);
    expect(driver.takeUsed(RECEIVE)).toEqual([]);
  });

  it("does not read what it loses, however long it says it is", () => {
    const driver = startDriver();
    const { memory } = driver.bench;
    const longest = { address: RAM_BASE, length: memory.contents.length };
    driver.offerChain(TRANSMIT, 0, [longest, longest, longest]);
    const reads = vi.spyOn(memory, "read");
    driver.bench.takeSpent();
    driver.notify(TRANSMIT);
    expect(driver.takeUsed(TRANSMIT)).toEqual([[0, 0]]);
    expect(driver.bench.outputs).toEqual([]);
    expect(reads).not.toHaveBeenCalled();
    expect(driver.bench.takeSpent()).toBe(3 * 64);
  });

  it("stores a received frame behind a header that counts one buffer", () => {
    const driver = startDriver();
    const frame = frameOf(100);
    offerReceive(driver, 0, 2048);
    receive(driver.bench, frame);
    expect(driver.takeUsed(RECEIVE)).toEqual([[0, HEADER + 100]]);
    expect(contents(driver, 0, HEADER + 100)).toEqual(
      Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]), frame]),
    );
  });

  it("spreads a frame over buffers of a driver that merges, all at once", () => {
    const driver = startDriver();
    const frame = frameOf(250);
    offerReceive(driver, 0, 100);
    offerReceive(driver, 1, 100);
    receive(driver.bench, frame);
    expect(driver.takeUsed(RECEIVE)).toEqual([]);
    offerReceive(driver, 2, 100);
    expect(driver.takeUsed(RECEIVE)).toEqual([
      [0, 100],
      [1, 100],
      [2, 62],
    ]);
    const stored = [contents(driver, 0, 100), contents(driver, 1, 100), contents(driver, 2, 62)];
    expect(Buffer.concat(stored).subarray(HEADER)).toEqual(frame);
    expect(contents(driver, 0, HEADER).readUInt16LE(10)).toBe(3);
  });

  it("loses a frame that fits no buffer of a driver that does not merge, and uses none for it", () => {
    const driver = startDriver(withoutMerging);
    offerReceive(driver, 0, 100);
    receive(driver.bench, frameOf(200));
    expect(driver.takeUsed(RECEIVE)).toEqual([]);
    receive(driver.bench, frameOf(50));
    expect(driver.takeUsed(RECEIVE)).toEqual([[0, HEADER + 50]]);
  });

  it("loses a frame longer than all buffers that a merging driver can offer", () => {
    const driver = startDriver();
    for (let slot = 0; slot < driver.queueSize; slot++) offerReceive(driver, slot, 20);
    receive(driver.bench, frameOf(8 * 20));
    expect(driver.takeUsed(RECEIVE)).toEqual([]);
    driver.bench.wait(1);
    receive(driver.bench, frameOf(40));
    expect(driver.takeUsed(RECEIVE)).toHaveLength(3);
  });

  it("looks at each buffer once for all frames of an instant, however many come, and uses none of it twice", () => {
    const model = { ...virtioNet, create: withOptions({ mtu: 3000 }) };
    const driver = new TestDriver(benchFor(model));
    driver.start(2);
    const { bench, queueSize } = driver;
    // All buffers have the same long chain, and together they hold no frame.
    const parts = Array.from({ length: 7 }, (_, i) => ({
      address: RAM_BASE + bufferAt(i),
      length: 1,
    }));
    driver.offerChain(RECEIVE, 0, [
      ...parts,
      { address: RAM_BASE + bufferAt(8), length: 300, flags: WRITE },
    ]);
    for (let count = 1; count < queueSize - 1; count++) driver.offer(RECEIVE, 0);
    driver.notify(RECEIVE);
    const chainWork = 8 * 64;
    for (const instant of [1, 2]) {
      bench.wait(1);
      bench.takeSpent();
      for (let count = 0; count < 20; count++) {
        const copy = driver.over(restoredCopy(model, {}, bench));
        receive(bench, frameOf(2500));
        receive(copy.bench, frameOf(2500));
        expect(Buffer.compare(savedState(copy.bench), savedState(bench))).toBe(0);
      }
      expect([instant, bench.takeSpent()]).toEqual([instant, queueSize * chainWork]);
    }
    expect(driver.takeUsed(RECEIVE)).toEqual([]);
    driver.offer(RECEIVE, 0);
    driver.notify(RECEIVE);
    expect(driver.needsReset).toBe(false);
  });

  it("keeps frames in order until the driver offers buffers, over save and restore", () => {
    const driver = startDriver();
    receive(driver.bench, frameOf(60, 1));
    receive(driver.bench, frameOf(61, 2));
    const copy = driver.over(restoredCopy(virtioNet, {}, driver.bench));
    for (const each of [driver, copy]) {
      offerReceive(each, 0, 2048);
      offerReceive(each, 1, 2048);
      expect(each.takeUsed(RECEIVE)).toEqual([
        [0, HEADER + 60],
        [1, HEADER + 61],
      ]);
      expect(contents(each, 1, HEADER + 61).subarray(HEADER)).toEqual(frameOf(61, 2));
    }
  });

  it("loses what comes while no driver is ready, and what waits when the device is reset", () => {
    const bench = benchFor(virtioNet);
    receive(bench, frameOf(60));
    const driver = new TestDriver(bench);
    driver.start(2);
    receive(bench, frameOf(60));
    driver.start(2);
    offerReceive(driver, 0, 2048);
    expect(driver.takeUsed(RECEIVE)).toEqual([]);
  });

  it("drops frames beyond the bytes that may wait, so its state stays bounded", () => {
    const driver = startDriver(undefined, { mtu: 65_535 });
    for (let count = 0; count < 70; count++) receive(driver.bench, Buffer.alloc(65_000));
    const bytes = savedState(driver.bench).length;
    expect(bytes).toBeGreaterThan(MAX_WAITING_BYTES - 65_000);
    expect(bytes).toBeLessThan(MAX_WAITING_BYTES + 4096);
  });

  it("drops frames beyond the number that may wait", () => {
    const driver = startDriver();
    for (let count = 0; count < MAX_WAITING_FRAMES; count++) receive(driver.bench, frameOf(14));
    const { length } = savedState(driver.bench);
    receive(driver.bench, frameOf(14));
    expect(savedState(driver.bench)).toHaveLength(length);
  });

  it("loses frames beyond the rate of the link, until virtual time has passed", () => {
    const driver = startDriver(undefined, { mtu: 16_000 });
    const send = (count: number): void => {
      for (let sent = 0; sent < count; sent++) transmit(driver, Buffer.alloc(16_000));
    };
    const fitting = Math.floor(WINDOW_BYTES / 16_000);
    send(fitting + 10);
    expect(driver.bench.outputs).toHaveLength(fitting);
    driver.bench.wait(10_000);
    send(1);
    expect(driver.bench.outputs).toHaveLength(fitting + 1);
  });

  it("follows the link: tells the driver of changes and sends nothing while it is down", () => {
    const driver = startDriver();
    const generation = driver.get(REGISTER.configGeneration);
    driver.bench.device.deliver?.(encodeLinkInput(false));
    expect(config(driver, 6, 2)).toBe(0);
    expect(driver.get(REGISTER.configGeneration)).not.toBe(generation);
    expect(driver.get(REGISTER.interruptStatus)).toBe(2);
    expect(driver.bench.isInterruptHigh()).toBe(true);
    driver.set(REGISTER.interruptAck, 2);
    driver.bench.device.deliver?.(encodeLinkInput(false));
    expect(driver.bench.isInterruptHigh()).toBe(false);
    transmit(driver, frameOf(60));
    expect(driver.bench.outputs).toEqual([]);
    const copy = driver.over(restoredCopy(virtioNet, {}, driver.bench));
    expect(config(copy, 6, 2)).toBe(0);
    copy.bench.device.deliver?.(encodeLinkInput(true));
    expect(config(copy, 6, 2)).toBe(1);
    transmit(copy, frameOf(60));
    expect(copy.bench.outputs).toHaveLength(1);
  });

  it("starts with the link down where the backend has no peer yet, and no interrupt before a driver", () => {
    const bench = benchFor(virtioNet, { isLinkUp: false });
    expect(bench.device.read(REGISTER.config + 6, 2)).toBe(0);
    bench.device.deliver?.(encodeLinkInput(true));
    expect(bench.device.read(REGISTER.config + 6, 2)).toBe(1);
    expect(bench.isInterruptHigh()).toBe(false);
  });

  it("ignores inputs of an unknown form", () => {
    const driver = startDriver();
    driver.bench.device.deliver?.(Uint8Array.of());
    const before = savedState(driver.bench);
    for (const bytes of [[], [0], [1], [1, 1, 1], [2, 0], [0, ...frameOf(13)]]) {
      driver.bench.device.deliver?.(Uint8Array.from(bytes));
    }
    expect(savedState(driver.bench)).toEqual(before);
  });

  it.each([
    ["a transmit buffer shorter than a header", TRANSMIT, { length: 11 }],
    ["a receive buffer shorter than a header", RECEIVE, { length: 11, flags: WRITE }],
    ["a receive buffer that can't be written", RECEIVE, { length: 2000 }],
  ])("needs a reset after %s, and works again after it", (_name, queue, part) => {
    const driver = startDriver();
    driver.offerChain(queue, 0, [{ address: RAM_BASE + BUFFERS, ...part }]);
    driver.notify(queue);
    receive(driver.bench, frameOf(60));
    expect(driver.needsReset).toBe(true);
    receive(driver.bench, frameOf(60));
    for (const each of [RECEIVE, TRANSMIT]) driver.bench.memory.writeU16(each * 0x4000 + 0x2002, 0);
    driver.start(2);
    expect(driver.get(REGISTER.status) & STATUS.needsReset).toBe(0);
    offerReceive(driver, 0, 2048);
    receive(driver.bench, frameOf(61));
    expect(driver.takeUsed(RECEIVE)).toEqual([[0, HEADER + 61]]);
  });
});
