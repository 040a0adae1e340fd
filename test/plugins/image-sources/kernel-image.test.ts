import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readKernel, unwrapKernel } from "../../../plugins/image-sources/kernel-image.ts";

const flat = Buffer.alloc(64);
flat.write("RSC\x05", 0x38, "latin1");

describe("kernel files", () => {
  it("are used as they are, or unpacked from gzip", () => {
    expect(unwrapKernel(flat, "vmlinux")).toBe(flat);
    expect(unwrapKernel(gzipSync(flat), "vmlinuz").equals(flat)).toBe(true);
  });

  it("are unpacked from EFI zboot", () => {
    const payload = gzipSync(flat);
    const head = Buffer.alloc(64);
    head.write("MZ\0\0zimg", 0, "latin1");
    head.writeUInt32LE(head.length, 8);
    head.writeUInt32LE(payload.length, 12);
    head.write("gzip", 24, "latin1");
    expect(unwrapKernel(Buffer.concat([head, payload]), "vmlinuz").equals(flat)).toBe(true);
  });

  it("are found in the packages, or missed there", async () => {
    const root = await mkdtemp(join(tmpdir(), "xv-kernel-"));
    await expect(readKernel([root])).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_KERNEL",
      place: root,
    });
    await mkdir(join(root, "boot"));
    await writeFile(join(root, "boot/vmlinux-6.1"), flat);
    expect(await readKernel([join(root, "empty"), root])).toEqual(flat);
    await rm(root, { recursive: true });
  });

  it("are refused when they are something else", () => {
    const error = expect.objectContaining({ code: "XV_ERR_IMAGE_KERNEL_FORMAT", place: "vmlinux" });
    expect(() => unwrapKernel(Buffer.from("\x7fELF, not an Image"), "vmlinux")).toThrow(error);
  });
});
