import {
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { diskFile } from "../../../../plugins/backends/block/disk-file.ts";
import { BackendBench } from "../backend-bench.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { BlockClient } from "./block-client.ts";

/** Three clusters of an overlay and a half. */
const SECTORS = 448;
const pattern = (): Buffer =>
  Buffer.from(Uint8Array.from({ length: SECTORS * 512 }, (_, i) => i % 251));
const filled = (value: number, sectors = 1): Uint8Array =>
  new Uint8Array(sectors * 512).fill(value);

function newDisk(): { directory: string; path: string } {
  const directory = temporaryDirectory();
  const path = join(directory, "disk.img");
  writeFileSync(path, pattern());
  return { directory, path };
}

async function openDisk(options: Readonly<Record<string, unknown>>): Promise<BlockClient> {
  const client = await BlockClient.open(diskFile, options);
  onTestFinished(() => client.backend.close().catch(() => {}));
  return client;
}

async function expectRefusal(
  options: Readonly<Record<string, unknown>>,
  error: Readonly<Record<string, string>>,
): Promise<void> {
  await expect(diskFile.open(options, new BackendBench())).rejects.toMatchObject(error);
}

describe("disk-file backend", () => {
  it("reads, writes and flushes the image in place, and tells its size", async () => {
    const { path } = newDisk();
    const disk = await openDisk({ path });
    expect(disk.backend.facts).toEqual({
      capacitySectors: SECTORS,
      readOnly: false,
      serial: "device0",
    });
    expect(disk.read(3, 2)).toEqual(new Uint8Array(pattern().subarray(1536, 2560)));
    expect(disk.write(7, filled(0xee))).toBe(true);
    expect(disk.flush()).toBe(true);
    expect(new Uint8Array(readFileSync(path).subarray(3584, 4096))).toEqual(filled(0xee));
    expect(disk.read(7)).toEqual(filled(0xee));
  });

  it("fails requests beyond the end, writes to a read-only disk, and host I/O errors, with a log line each", async () => {
    const { path } = newDisk();
    const disk = await openDisk({ path, readOnly: true });
    expect(disk.read(SECTORS)).toBeUndefined();
    expect(disk.write(0, filled(1))).toBe(false);
    truncateSync(path, 512);
    expect(disk.read(1)).toBeUndefined();
    expect(disk.read(0)).toHaveLength(512);
    expect(disk.bench.messages).toEqual(Array<string>(3).fill("error: disk request failed"));
    expect(readFileSync(path)).toEqual(pattern().subarray(0, 512));
  });

  it("refuses images of a wrong size, missing ones and directories, naming them", async () => {
    const { directory, path } = newDisk();
    truncateSync(path, 513);
    await expectRefusal(
      { path },
      {
        code: "XV_ERR_DISK_SIZE",
        message: "the disk has 513 bytes; it must be a whole number of 512-byte sectors",
        place: "path",
        value: path,
      },
    );
    truncateSync(path, 0);
    await expectRefusal({ path }, { code: "XV_ERR_DISK_SIZE", message: "the disk is empty" });
    const absent = join(directory, "absent.img");
    await expectRefusal(
      { path: absent },
      {
        code: "XV_ERR_DISK_UNREADABLE",
        value: absent,
      },
    );
    await expectRefusal(
      { path: directory, readOnly: true },
      {
        code: "XV_ERR_DISK_UNREADABLE",
      },
    );
  });

  it("refuses a file that may only be read", async () => {
    // A file that not even root may write.
    const path = "/sys/kernel/uevent_seqnum";
    await expectRefusal({ path }, { code: "XV_ERR_DISK_UNWRITABLE", value: path });
  });

  it("refuses a second writer of one file, under any name, but shares it between readers", async () => {
    const { directory, path } = newDisk();
    const alias = join(directory, "alias.img");
    symlinkSync(path, alias);
    const writer = await openDisk({ path });
    await expectRefusal(
      { path: alias },
      {
        code: "XV_ERR_DISK_IN_USE",
        value: alias,
      },
    );
    await expectRefusal(
      { path: alias, readOnly: true },
      {
        code: "XV_ERR_DISK_IN_USE",
      },
    );
    await writer.backend.close();
    await openDisk({ path, readOnly: true });
    await openDisk({ path: alias, temporary: true });
    await expectRefusal({ path }, { code: "XV_ERR_DISK_IN_USE", place: "path" });
    const overlay = join(directory, "overlay");
    await openDisk({ path, overlay });
    const inUse = { code: "XV_ERR_DISK_IN_USE", place: "overlay", value: overlay };
    await expectRefusal({ path, overlay }, inUse);
  });

  it("refuses options that exclude each other", async () => {
    const { path } = newDisk();
    await expectRefusal(
      { path, readOnly: true, temporary: true },
      {
        code: "XV_ERR_DISK_OPTIONS",
        message: "readOnly and temporary exclude each other",
        place: "path",
        value: path,
      },
    );
  });
});

describe("overlay of a disk-file", () => {
  it("takes all writes, leaves the image alone, and is found again", async () => {
    const { directory, path } = newDisk();
    const overlay = join(directory, "overlay");
    const first = await openDisk({ path, overlay });
    // Across a cluster's edge, and in the half cluster at the end.
    expect(first.write(127, filled(0x11, 2))).toBe(true);
    expect(first.write(SECTORS - 1, filled(0x22))).toBe(true);
    await first.backend.close();
    expect(readFileSync(path)).toEqual(pattern());
    const again = await openDisk({ path, overlay });
    expect(again.read(126, 4)).toEqual(
      new Uint8Array(
        Buffer.concat([
          pattern().subarray(126 * 512, 127 * 512),
          filled(0x11, 2),
          pattern().subarray(129 * 512, 130 * 512),
        ]),
      ),
    );
    expect(again.read(SECTORS - 1)).toEqual(filled(0x22));
    expect(again.read(SECTORS - 2)).toEqual(new Uint8Array(pattern().subarray(-1024, -512)));
  });

  it("is left as after a power failure where nothing may be written any more", async () => {
    const { directory, path } = newDisk();
    const overlay = join(directory, "overlay");
    const disk = await openDisk({ path, overlay });
    expect([disk.write(0, filled(0x11)), disk.flush()]).toEqual([true, true]);
    disk.write(200, filled(0x22));
    const before = readFileSync(overlay).subarray(0, 65_536);
    disk.bench.mayOutputsLeave = false;
    await disk.backend.close();
    expect(readFileSync(overlay).subarray(0, 65_536).equals(before)).toBe(true);
    expect(disk.bench.messages).toEqual([
      "warn: nothing may be written any more: the disk is left as after a power failure",
    ]);
    const again = await openDisk({ path, overlay });
    expect(again.read(0)).toEqual(filled(0x11));
    expect(again.read(200)).toEqual(new Uint8Array(pattern().subarray(200 * 512, 201 * 512)));
  });

  it("behaves like the image itself under any requests, also after it was opened again", async () => {
    const { directory, path } = newDisk();
    const overlay = join(directory, "overlay");
    const model = pattern();
    const request = fc.record({
      sector: fc.nat(SECTORS - 1),
      sectors: fc.integer({ min: 1, max: 200 }),
    });
    const sample = fc.sample(request, { numRuns: 120, seed: 3 });
    let disk = await openDisk({ path, overlay });
    for (const [i, { sector, sectors }] of sample.entries()) {
      const count = Math.min(sectors, SECTORS - sector);
      const data = i % 3 === 0 ? filled(i + 1, count) : new Uint8Array(0);
      expect(disk.write(sector, data)).toBe(true);
      model.set(data, sector * 512);
      const expected = model.subarray(sector * 512, (sector + count) * 512);
      expect(Buffer.from(disk.read(sector, count) ?? []).equals(expected)).toBe(true);
      if (i % 40 === 39) {
        await disk.backend.close();
        disk = await openDisk({ path, overlay });
      }
    }
    expect(readFileSync(path)).toEqual(pattern());
  });

  it("takes room only for clusters that were written", async () => {
    const { directory } = newDisk();
    const path = join(directory, "large.img");
    writeFileSync(path, "");
    truncateSync(path, 2 ** 30);
    const overlay = join(directory, "overlay");
    const disk = await openDisk({ path, overlay });
    disk.write(1_000_000, filled(1));
    disk.flush();
    expect(statSync(overlay).blocks * 512).toBeLessThan(2 ** 20);
  });

  it("refuses files that are no overlay, or one of another disk", async () => {
    const { directory, path } = newDisk();
    const overlay = join(directory, "overlay");
    writeFileSync(overlay, "something else");
    await expectRefusal(
      { path, overlay },
      {
        code: "XV_ERR_DISK_OVERLAY",
        value: overlay,
      },
    );
    writeFileSync(overlay, Buffer.alloc(200_000));
    await expectRefusal({ path, overlay }, { code: "XV_ERR_DISK_OVERLAY" });
    const other = join(directory, "other");
    await (await openDisk({ path, overlay: other })).backend.close();
    truncateSync(path, 1024);
    await expectRefusal({ path, overlay: other }, { code: "XV_ERR_DISK_OVERLAY" });
    // The image was given back each time.
    await openDisk({ path });
  });

  it("leaves nothing behind when it is temporary", async () => {
    const { path } = newDisk();
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("extravirt-overlay-"));
    const disk = await openDisk({ path, temporary: true });
    expect(disk.write(0, filled(9))).toBe(true);
    expect(disk.read(0)).toEqual(filled(9));
    const during = readdirSync(tmpdir()).filter((name) => name.startsWith("extravirt-overlay-"));
    expect(during).toEqual(before);
    await disk.backend.close();
    expect(readFileSync(path)).toEqual(pattern());
  });
});
