import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectModules, readModinfo } from "../../../plugins/image-sources/kernel-modules.ts";

/** An ELF64 file with nothing but the section names and a .modinfo section. */
function elfWithModinfo(...lines: string[]): Buffer {
  const modinfo = Buffer.from(lines.map((line) => `${line}\0`).join(""));
  const names = Buffer.from("\0.modinfo\0.shstrtab\0");
  const head = Buffer.alloc(64);
  head.write("\x7fELF", 0, "latin1");
  head.writeBigUInt64LE(BigInt(64 + modinfo.length + names.length), 0x28);
  head.writeUInt16LE(64, 0x3a);
  head.writeUInt16LE(2, 0x3c);
  head.writeUInt16LE(1, 0x3e);
  const section = (name: number, offset: number, bytes: number): Buffer => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(name, 0);
    entry.writeBigUInt64LE(BigInt(offset), 0x18);
    entry.writeBigUInt64LE(BigInt(bytes), 0x20);
    return entry;
  };
  const first = section(1, 64, modinfo.length);
  const second = section(10, 64 + modinfo.length, names.length);
  return Buffer.concat([head, modinfo, names, first, second]);
}

const noTools = async (): Promise<never> => {
  throw new Error("no tool is needed here");
};
let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "xv-modules-"));
  const put = async (path: string, data: Uint8Array | string): Promise<void> => {
    const full = join(root, "usr/lib/modules/6.1", path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, data);
  };
  await put(
    "kernel/fs/ext4/ext4.ko",
    elfWithModinfo("depends=jbd2,crc16", "softdep=pre: crc32c post: late"),
  );
  await put("kernel/fs/jbd2.ko.gz", gzipSync(elfWithModinfo("depends=crc16")));
  await put("kernel/lib/crc16.ko", elfWithModinfo("depends="));
  await put("kernel/crypto/crc32c_generic.ko", elfWithModinfo("depends="));
  await put("kernel/drivers/virtio-rng.ko", elfWithModinfo("depends=rng-core"));
  await put("modules.builtin", "kernel/drivers/rng-core.ko\n");
});
afterAll(() => rm(root, { recursive: true }));

describe("kernel modules", () => {
  it("say what they depend on", () => {
    expect(readModinfo(elfWithModinfo("depends=a,b", "softdep=pre: c d post: e"))).toEqual({
      depends: ["a", "b"],
      softPre: ["c", "d"],
    });
    expect(readModinfo(Buffer.from("no ELF"))).toEqual({ depends: [], softPre: [] });
  });

  it("come after their dependencies, decompressed and once each", async () => {
    const modules = await collectModules(
      [root],
      { required: ["ext4", "jbd2"], optional: [] },
      noTools,
    );
    expect(modules.map(({ name }) => name)).toEqual(["crc16", "jbd2", "crc32c_generic", "ext4"]);
    expect(modules[1]?.data.toString("latin1", 1, 4)).toBe("ELF");
  });

  it("are left out when built in, and spelled either way", async () => {
    const wanted = { required: ["virtio_rng", "rng_core"], optional: ["absent"] };
    const modules = await collectModules([root], wanted, noTools);
    expect(modules.map(({ name }) => name)).toEqual(["virtio_rng"]);
  });

  it("are named with near ones when there is no such module", async () => {
    const wanted = { required: ["virtio_rgn"], optional: [] };
    await expect(collectModules([root], wanted, noTools)).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_MODULE",
      value: "virtio_rgn",
      remedy: expect.stringContaining("virtio_rng"),
    });
  });
});
