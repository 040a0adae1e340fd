import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readDescriptorChain,
  readSegments,
  writeSegments,
} from "../../../../plugins/devices/virtio/descriptor-chain.ts";
import { MalformedQueue } from "../../../../plugins/devices/virtio/malformed-queue.ts";
import { virtioConsole } from "../../../../plugins/devices/virtio/console/model.ts";
import { benchFor, FlatMemory, RAM_BASE } from "../device-bench.ts";
import { type Descriptor, INDIRECT, NEXT, TestDriver, WRITE } from "./test-driver.ts";

const BUFFER = RAM_BASE + 0x2_0000;
const TABLE = 0x1_0000;

function chainOf(
  descriptors: readonly Descriptor[],
  head = 0,
  indirect: readonly Descriptor[] = [],
) {
  const bench = benchFor(virtioConsole);
  const driver = new TestDriver(bench);
  descriptors.forEach((descriptor, i) => driver.describe(0, i, descriptor));
  indirect.forEach((descriptor, i) => driver.writeDescriptor(TABLE + 16 * i, descriptor));
  return readDescriptorChain(bench.memory, RAM_BASE, { address: RAM_BASE, entries: 8 }, head);
}

describe("descriptor chains", () => {
  it("are read in order, readable parts before writable ones", () => {
    const chain = chainOf([
      { address: BUFFER, length: 16, flags: NEXT, next: 2 },
      { address: 0, length: 0 },
      { address: BUFFER + 16, length: 3, flags: NEXT | WRITE, next: 1 + 2 },
      { address: BUFFER + 64, length: 1, flags: WRITE },
    ]);
    expect(chain.readable).toEqual([{ offset: 0x2_0000, length: 16 }]);
    expect(chain.writable).toEqual([
      { offset: 0x2_0010, length: 3 },
      { offset: 0x2_0040, length: 1 },
    ]);
    expect([chain.readableBytes, chain.writableBytes]).toEqual([16, 4]);
  });

  it("may go on in an indirect table", () => {
    const chain = chainOf([{ address: RAM_BASE + TABLE, length: 32, flags: INDIRECT }], 0, [
      { address: BUFFER, length: 5, flags: NEXT, next: 1 },
      { address: BUFFER + 8, length: 6, flags: WRITE },
    ]);
    expect([chain.readableBytes, chain.writableBytes]).toEqual([5, 6]);
  });

  it.each<[string, readonly Descriptor[], readonly Descriptor[]]>([
    ["loops", [{ address: BUFFER, length: 1, flags: NEXT, next: 0 }], []],
    ["leave the table", [{ address: BUFFER, length: 1, flags: NEXT, next: 8 }], []],
    ["have an empty part", [{ address: BUFFER, length: 0 }], []],
    ["lie below RAM", [{ address: 0x1000, length: 4 }], []],
    ["reach beyond RAM", [{ address: RAM_BASE + 0x3_ffff, length: 2 }], []],
    ["have an address of 64 bits", [{ address: 2 ** 62, length: 2 }], []],
    [
      "are readable after writable",
      [
        { address: BUFFER, length: 1, flags: WRITE | NEXT, next: 1 },
        { address: BUFFER, length: 1 },
      ],
      [],
    ],
    [
      "have an odd indirect table",
      [{ address: RAM_BASE + TABLE, length: 17, flags: INDIRECT }],
      [],
    ],
    [
      "nest indirect tables",
      [{ address: RAM_BASE + TABLE, length: 16, flags: INDIRECT }],
      [{ address: RAM_BASE + TABLE, length: 16, flags: INDIRECT }],
    ],
    [
      "loop in an indirect table",
      [{ address: RAM_BASE + TABLE, length: 16, flags: INDIRECT }],
      [{ address: BUFFER, length: 1, flags: NEXT, next: 0 }],
    ],
  ])("that %s are refused", (_what, descriptors, indirect) => {
    expect(() => chainOf(descriptors, 0, indirect)).toThrow(MalformedQueue);
  });

  it("copy any range out of and into their segments", () => {
    const segments = [
      { offset: 10, length: 3 },
      { offset: 100, length: 1 },
      { offset: 50, length: 6 },
    ];
    const addresses = [10, 11, 12, 100, 50, 51, 52, 53, 54, 55];
    fc.assert(
      fc.property(fc.nat(9), fc.nat(10), (start, wanted) => {
        const memory = new FlatMemory();
        const length = Math.min(wanted, 10 - start);
        const bytes = Uint8Array.from({ length }, (_, i) => i + 1);
        writeSegments(memory, segments, start, bytes);
        const expected = new Uint8Array(memory.bytes);
        for (let i = 0; i < length; i++) expected[addresses[start + i]!] = i + 1;
        expect(Buffer.from(memory.contents).equals(expected)).toBe(true);
        expect(readSegments(memory, segments, start, length)).toEqual(bytes);
      }),
    );
  });
});
