import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectModules } from "../../../plugins/image-sources/kernel-modules.ts";
import { PROGRAM_NOT_FOUND } from "../../../plugins/image-sources/run-command.ts";
import type { CommandRunner } from "../../../plugins/image-sources/run-command.ts";
import { elfWithModinfo } from "./elf-with-modinfo.ts";

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
    elfWithModinfo("depends=jbd2,crc16", "softdep=pre: crypto-crc32c post: late", "alias=fs-ext4"),
  );
  await put("kernel/fs/jbd2.ko.gz", gzipSync(elfWithModinfo("depends=crc16")));
  await put("kernel/lib/crc16.ko", elfWithModinfo("depends="));
  await put("kernel/crypto/crc32c-cryptoapi.ko", elfWithModinfo("depends=", "alias=crypto-crc32c"));
  await put("kernel/drivers/virtio-rng.ko", elfWithModinfo("depends=rng-core"));
  await put("modules.builtin", "kernel/drivers/rng-core.ko\n");
});
afterAll(() => rm(root, { recursive: true }));

describe("kernel modules", () => {
  it("come after their dependencies, decompressed and once each, those they may ask for too", async () => {
    const wanted = { atBoot: ["ext4", "jbd2"], onDemand: ["ext4"] };
    const { release, modules, atBoot } = await collectModules([root], wanted, noTools);
    expect(release).toBe("6.1");
    expect(modules.map(({ name }) => name)).toEqual(["crc16", "jbd2", "crc32c_cryptoapi", "ext4"]);
    expect(modules[1]).toMatchObject({ path: "kernel/fs/jbd2.ko", depends: ["crc16"] });
    expect(modules[1]?.data.toString("latin1", 1, 4)).toBe("ELF");
    expect(modules[3]).toMatchObject({ depends: ["jbd2", "crc16"], aliases: ["fs-ext4"] });
    expect(atBoot).toEqual(["ext4", "jbd2"]);
  });

  it("are left out when built in, and spelled either way", async () => {
    const wanted = { atBoot: ["virtio-rng", "rng_core"], onDemand: ["absent", "jbd2"] };
    const { modules, atBoot } = await collectModules([root], wanted, noTools);
    expect(modules.map(({ name }) => name)).toEqual(["virtio_rng", "crc16", "jbd2"]);
    expect(modules[0]?.depends).toEqual([]);
    expect(atBoot).toEqual(["virtio_rng"]);
  });

  it("are none at all where the kernel has everything built in", async () => {
    const wanted = { atBoot: [], onDemand: ["ext4"] };
    const { release, modules } = await collectModules([join(root, "absent")], wanted, noTools);
    expect([release, modules]).toEqual([undefined, []]);
  });

  it("say which tool is missing to decompress them", async () => {
    const packed = await mkdtemp(join(tmpdir(), "xv-modules-"));
    const file = join(packed, "lib/modules/6.1/kernel/a.ko.xz");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, "packed");
    const wanted = { atBoot: ["a"], onDemand: [] };
    const withoutXz = async (): ReturnType<CommandRunner> => ({
      status: PROGRAM_NOT_FOUND,
      stdout: Buffer.alloc(0),
      stderr: "",
    });
    await expect(collectModules([packed], wanted, withoutXz)).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_TOOL",
      place: file,
      remedy: expect.stringContaining("xz-utils"),
    });
    await rm(packed, { recursive: true });
  });

  it("are named with near ones when there is no such module", async () => {
    const wanted = { atBoot: ["virtio_rgn"], onDemand: [] };
    await expect(collectModules([root], wanted, noTools)).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_NO_MODULE",
      value: "virtio_rgn",
      remedy: expect.stringContaining("virtio_rng"),
    });
  });
});
