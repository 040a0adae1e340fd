import { describe, expect, it } from "vitest";
import { DURABLE_WORK_BYTES } from "../../../../../plugins/devices/virtio/block/device.ts";
import { virtioBlock } from "../../../../../plugins/devices/virtio/block/model.ts";
import {
  BLOCK_REQUEST,
  decodeBlockRequest,
  encodeBlockAnswer,
} from "../../../../../plugins/devices/virtio/block/wire-format.ts";
import { benchFor, RAM_BASE, restoredCopy } from "../../device-bench.ts";
import { TestDriver, WRITE } from "../test-driver.ts";

const FACTS = { capacitySectors: 16, readOnly: false, serial: "disk-one" };
const HEADER = 0x1_0000;
const DATA = 0x2_0000;
const STATUS = 0x3_0000;
const NOT_YET = 0xff;
const FEATURE_FLUSH = 1n << 9n;
const TYPE = { in: 0, out: 1, flush: 4, getId: 8, discard: 11 } as const;

function startDriver(facts: Readonly<Record<string, unknown>> = FACTS): TestDriver {
  const driver = new TestDriver(benchFor(virtioBlock, facts), 16);
  driver.start(1);
  return driver;
}

/** Offers a request in descriptors `slot` x 3 and on; its status byte lies at STATUS + slot. */
function request(
  driver: TestDriver,
  slot: number,
  type: number,
  sector: number,
  bytes: number,
): void {
  const { memory } = driver.bench;
  const header = HEADER + slot * 16;
  memory.writeU32(header, type);
  memory.writeU64(header + 8, BigInt(sector));
  memory.writeU8(STATUS + slot, NOT_YET);
  const data = {
    address: RAM_BASE + DATA + slot * 4096,
    length: bytes,
    flags: type === TYPE.out ? 0 : WRITE,
  };
  driver.offerChain(0, slot * 3, [
    { address: RAM_BASE + header, length: 16 },
    ...(bytes > 0 ? [data] : []),
    { address: RAM_BASE + STATUS + slot, length: 1, flags: WRITE },
  ]);
  driver.notify(0);
}

const requests = ({ bench }: TestDriver) => bench.outputs.map((bytes) => decodeBlockRequest(bytes));
const status = ({ bench }: TestDriver, slot: number): number => bench.memory.readU8(STATUS + slot);
const answer = (
  { bench }: TestDriver,
  tag: number,
  isDone: boolean,
  data = new Uint8Array(0),
): void => bench.device.deliver?.(encodeBlockAnswer({ tag, isDone, data }));

describe("virtio-block", () => {
  it("tells capacity, block size and limits in its configuration", () => {
    const { device } = startDriver().bench;
    expect([0x100, 0x104, 0x108, 0x10c, 0x114].map((at) => device.read(at, 4))).toEqual([
      16, 0, 65_536, 254, 512,
    ]);
    expect(device.read(0x115, 1)).toBe(2);
  });

  it("turns a read into a request and completes it when the answer comes", () => {
    const driver = startDriver();
    request(driver, 0, TYPE.in, 3, 1024);
    expect(requests(driver)).toEqual([
      { type: BLOCK_REQUEST.read, tag: 0, sector: 3, bytes: 1024, data: new Uint8Array(0) },
    ]);
    expect(driver.takeUsed(0)).toEqual([]);
    const data = Uint8Array.from({ length: 1024 }, (_, i) => i * 7);
    answer(driver, 0, true, data);
    expect(driver.takeUsed(0)).toEqual([[0, 1025]]);
    expect(status(driver, 0)).toBe(0);
    expect(driver.bench.memory.read(DATA, 1024)).toEqual(data);
    expect(driver.bench.isInterruptHigh()).toBe(true);
  });

  it("sends the data of writes, and flushes", () => {
    const driver = startDriver();
    driver.bench.memory.write(DATA, new Uint8Array(512).fill(0x5a));
    request(driver, 0, TYPE.out, 15, 512);
    request(driver, 1, TYPE.flush, 0, 0);
    expect(requests(driver)).toEqual([
      {
        type: BLOCK_REQUEST.write,
        tag: 0,
        sector: 15,
        bytes: 512,
        data: new Uint8Array(512).fill(0x5a),
      },
      { type: BLOCK_REQUEST.flush, tag: 1, sector: 0, bytes: 0, data: new Uint8Array(0) },
    ]);
    answer(driver, 1, true);
    answer(driver, 0, true);
    expect(driver.takeUsed(0)).toEqual([
      [3, 1],
      [0, 1],
    ]);
    expect([status(driver, 0), status(driver, 1)]).toEqual([0, 0]);
  });

  it("has 16 requests under way for which the host has to wait for the disk, and tells what they are worth", () => {
    const driver = new TestDriver(benchFor(virtioBlock, FACTS), 64);
    driver.start(1);
    driver.bench.takeSpent();
    for (let slot = 0; slot < 20; slot++) request(driver, slot, TYPE.flush, 0, 0);
    expect(driver.bench.outputs).toHaveLength(16);
    expect(driver.bench.takeSpent()).toBe(16 * (DURABLE_WORK_BYTES + 2 * 64));
    const copy = driver.over(restoredCopy(virtioBlock, FACTS, driver.bench));
    answer(copy, 0, true);
    expect(copy.bench.outputs).toHaveLength(1);
    for (const tag of [0, 1, 2, 3]) answer(driver, tag, true);
    expect(requests(driver).map((asked) => asked?.tag)).toEqual(
      Array.from({ length: 20 }, (_, tag) => tag),
    );
    for (let tag = 4; tag < 20; tag++) answer(driver, tag, true);
    expect(driver.takeUsed(0)).toHaveLength(20);
    request(driver, 0, TYPE.out, 0, 512);
    expect(driver.bench.takeSpent()).toBe(4 * (DURABLE_WORK_BYTES + 2 * 64) + 3 * 64);
  });

  it("asks for writes that are durable at once while the driver can't flush, also after a restore", () => {
    const driver = new TestDriver(benchFor(virtioBlock, FACTS), 16);
    driver.start(1, (offered) => offered & ~FEATURE_FLUSH);
    driver.bench.takeSpent();
    request(driver, 0, TYPE.out, 2, 512);
    expect(driver.bench.takeSpent()).toBe(DURABLE_WORK_BYTES + 3 * 64);
    const copy = restoredCopy(virtioBlock, FACTS, driver.bench);
    const restored = driver.over(copy);
    request(restored, 1, TYPE.out, 3, 512);
    driver.bench.memory.contents.fill(0, 0, HEADER);
    driver.start(1);
    request(driver, 2, TYPE.out, 4, 512);
    const { write, writeThrough } = BLOCK_REQUEST;
    const typesAndSectors = [...requests(driver), ...requests(restored)].map((sent) => [
      sent?.type,
      sent?.sector,
      sent?.data.length,
    ]);
    expect(typesAndSectors).toEqual([
      [writeThrough, 2, 512],
      [write, 4, 512],
      [writeThrough, 3, 512],
    ]);
    answer(restored, 1, true);
    expect(status(restored, 1)).toBe(0);
  });

  it("reports failed answers and answers of the wrong length as I/O errors", () => {
    const driver = startDriver();
    request(driver, 0, TYPE.in, 0, 512);
    request(driver, 1, TYPE.in, 0, 512);
    answer(driver, 0, false);
    answer(driver, 1, true, new Uint8Array(100));
    expect([status(driver, 0), status(driver, 1)]).toEqual([1, 1]);
  });

  it.each([
    ["beyond the capacity", TYPE.in, 15, 1024, 1],
    ["at an absurd sector", TYPE.in, 2 ** 52, 512, 1],
    ["of part of a sector", TYPE.in, 0, 100, 1],
    ["without data", TYPE.in, 0, 0, 1],
    ["of an unknown type", TYPE.discard, 0, 512, 2],
  ])("refuses a request %s by itself", (_what, type, sector, bytes, expected) => {
    const driver = startDriver();
    request(driver, 0, type, sector, bytes);
    expect(driver.bench.outputs).toEqual([]);
    expect(driver.takeUsed(0)).toEqual([[0, 1]]);
    expect(status(driver, 0)).toBe(expected);
  });

  it("refuses writes to a read-only disk and offers the feature", () => {
    const driver = startDriver({ ...FACTS, readOnly: true });
    request(driver, 0, TYPE.out, 0, 512);
    expect(status(driver, 0)).toBe(1);
    let offered = 0n;
    driver.negotiate((features) => (offered = features));
    expect(offered & (1n << 5n)).not.toBe(0n);
  });

  it("tells the serial number without asking the backend", () => {
    const driver = startDriver();
    request(driver, 0, TYPE.getId, 0, 20);
    expect(Buffer.from(driver.bench.memory.read(DATA, 9)).toString("latin1")).toBe("disk-one\0");
    expect(driver.bench.outputs).toEqual([]);
  });

  it("drops answers for requests from before a reset, and never reuses their tags", () => {
    const driver = startDriver();
    request(driver, 0, TYPE.in, 0, 512);
    driver.bench.memory.contents.fill(0, 0, HEADER);
    driver.start(1);
    request(driver, 1, TYPE.in, 1, 512);
    answer(driver, 0, true, new Uint8Array(512).fill(1));
    expect(driver.takeUsed(0)).toEqual([]);
    answer(driver, 1, true, new Uint8Array(512).fill(2));
    expect(driver.takeUsed(0)).toEqual([[3, 513]]);
    expect(requests(driver).map((entry) => entry?.tag)).toEqual([0, 1]);
  });

  it("needs a reset when a request has no header or no status", () => {
    const driver = startDriver();
    driver.offerChain(0, 0, [{ address: RAM_BASE + HEADER, length: 16 }]);
    driver.notify(0);
    expect(driver.needsReset).toBe(true);
  });

  it("keeps 16 MiB under way at most, and the rest of the ring for later", () => {
    const driver = new TestDriver(
      benchFor(virtioBlock, { ...FACTS, capacitySectors: 1_000_000 }),
      256,
    );
    driver.start(1);
    const { memory, outputs } = driver.bench;
    memory.writeU32(HEADER, TYPE.in);
    // 8 MiB each: 128 times the same place.
    const parts = [
      { address: RAM_BASE + HEADER, length: 16, flags: 1 },
      ...Array.from({ length: 128 }, () => ({
        address: RAM_BASE + DATA,
        length: 65_536,
        flags: WRITE | 1,
      })),
      { address: RAM_BASE + STATUS, length: 1, flags: WRITE },
    ];
    const table = DATA + 0x1_8000;
    for (const [index, part] of parts.entries()) {
      driver.writeDescriptor(table + index * 16, { ...part, next: index + 1 });
    }
    const indirect = { address: RAM_BASE + table, length: parts.length * 16, flags: 4 };
    for (let head = 0; head < 200; head++) driver.describe(0, head, indirect);
    for (let head = 0; head < 200; head++) driver.offer(0, head);
    driver.notify(0);
    expect(outputs).toHaveLength(2);
    const data = new Uint8Array(128 * 65_536);
    for (let tag = 0; tag < 5; tag++) answer(driver, tag, true, data);
    expect(outputs).toHaveLength(7);
    // Nothing goes on for a driver that broke the device meanwhile.
    memory.writeU16(0x2002, 10_000);
    answer(driver, 5, true, data);
    expect(driver.needsReset).toBe(true);
    answer(driver, 6, true, data);
    expect(outputs).toHaveLength(7);
  });

  it("completes requests that were in flight when it was saved", () => {
    const driver = startDriver();
    request(driver, 0, TYPE.in, 2, 512);
    request(driver, 1, TYPE.flush, 0, 0);
    const copy = restoredCopy(virtioBlock, FACTS, driver.bench);
    copy.device.deliver?.(
      encodeBlockAnswer({ tag: 0, isDone: true, data: new Uint8Array(512).fill(9) }),
    );
    expect(copy.memory.readU8(STATUS)).toBe(0);
    expect(copy.memory.readU8(STATUS + 1)).toBe(NOT_YET);
    expect(copy.memory.readU8(DATA + 511)).toBe(9);
    expect(copy.isInterruptHigh()).toBe(true);
  });
});
