import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { checkInitramfs } from "../../../../guest-archs/riscv/boot/initramfs-file.ts";

/** One entry of a cpio archive in the format "newc". */
function entry(name: string, data: string): Buffer {
  const fields = [1, 0o100644, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(`${header}${name}\0`), padded(data)]);
}

function padded(text: string): Buffer {
  return Buffer.from(text.padEnd(Math.ceil(text.length / 4) * 4, "\0"), "latin1");
}

const archive = Buffer.concat([
  entry("init", "#!/bin/sh\n"),
  entry("etc/passwd", "root"),
  entry("TRAILER!!!", ""),
]);
const refusal = { code: "XV_ERR_IMAGE_TRUNCATED", value: "/initramfs" };

/** What the check throws; undefined when it passes. */
function problemOf(bytes: Uint8Array): unknown {
  try {
    checkInitramfs(bytes, "/initramfs");
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("checkInitramfs", () => {
  it("accepts a whole archive, also compressed, padded, or followed by another", () => {
    for (const whole of [archive, gzipSync(archive)]) expect(problemOf(whole)).toBeUndefined();
    expect(problemOf(Buffer.concat([archive, Buffer.alloc(512)]))).toBeUndefined();
    expect(problemOf(Buffer.concat([archive, gzipSync(archive)]))).toBeUndefined();
  });

  it("refuses one that ends anywhere before its last entry", () => {
    const lastEntry = archive.length - entry("TRAILER!!!", "").length;
    for (let length = 6; length < lastEntry + 120; length++) {
      expect(problemOf(archive.subarray(0, length)), `${length} bytes`).toMatchObject(refusal);
    }
    const compressed = gzipSync(archive);
    expect(problemOf(compressed.subarray(0, compressed.length - 9))).toMatchObject(refusal);
  });

  it("leaves formats to the kernel that it does not know", () => {
    expect(problemOf(Buffer.from("\xfd7zXZ\0", "latin1"))).toBeUndefined();
  });
});
