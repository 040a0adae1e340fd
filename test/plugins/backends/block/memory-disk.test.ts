import { describe, expect, it } from "vitest";
import { memoryDisk } from "../../../../plugins/backends/block/memory-disk.ts";
import { BlockClient } from "./block-client.ts";

describe("memory-disk backend", () => {
  it("starts with zeros, and keeps what is written", async () => {
    const disk = await BlockClient.open(memoryDisk, { bytes: 4096 });
    expect(disk.backend.facts["capacitySectors"]).toBe(8);
    expect(disk.read(7)).toEqual(new Uint8Array(512));
    expect(disk.write(7, new Uint8Array(512).fill(3))).toBe(true);
    expect(disk.flush()).toBe(true);
    expect(disk.read(7)).toEqual(new Uint8Array(512).fill(3));
    expect(disk.read(8)).toBeUndefined();
  });

  it("has the same contents for the same seed, others for another", async () => {
    const contents = await Promise.all(
      [5, 5, 6].map(async (seed) =>
        (await BlockClient.open(memoryDisk, { bytes: 512, seed })).read(0),
      ),
    );
    expect(contents[0]).toEqual(contents[1]);
    expect(contents[0]).not.toEqual(contents[2]);
    expect(contents[0]).not.toEqual(new Uint8Array(512));
  });

  it("can be read-only", async () => {
    const disk = await BlockClient.open(memoryDisk, { bytes: 512, readOnly: true });
    expect(disk.backend.facts["readOnly"]).toBe(true);
    expect(disk.write(0, new Uint8Array(512))).toBe(false);
  });

  it("ignores what is no request, with a log line", async () => {
    const disk = await BlockClient.open(memoryDisk, { bytes: 512 });
    disk.backend.output(Uint8Array.of(1, 2, 3));
    expect(disk.bench.inputs).toEqual([]);
    expect(disk.bench.messages).toEqual(["error: unknown block request"]);
  });
});
