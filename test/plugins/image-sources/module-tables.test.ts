import { describe, expect, it } from "vitest";
import type { KernelModule } from "../../../plugins/image-sources/kernel-modules.ts";
import {
  filesystems,
  modulesAlias,
  modulesDep,
} from "../../../plugins/image-sources/module-tables.ts";

const module = (name: string, depends: string[] = [], aliases: string[] = []): KernelModule => ({
  name,
  path: `kernel/${name}.ko`,
  data: Buffer.alloc(0),
  depends,
  aliases,
});

const modules = [
  module("crc16"),
  module("jbd2", ["crc16"]),
  module("ext4", ["jbd2"], ["fs-ext4", "fs-ext2", "ext2"]),
  module("virtio_blk", [], ["virtio:d00000002v*"]),
];

describe("the tables of modules", () => {
  it("list for each all that it needs, each before its own needs", () => {
    expect(modulesDep(modules).split("\n")).toEqual([
      "kernel/crc16.ko:",
      "kernel/jbd2.ko: kernel/crc16.ko",
      "kernel/ext4.ko: kernel/jbd2.ko kernel/crc16.ko",
      "kernel/virtio_blk.ko:",
      "",
    ]);
  });

  it("list what the modules provide", () => {
    expect(modulesAlias(modules)).toContain("alias fs-ext4 ext4\n");
    expect(modulesAlias(modules)).toContain("alias virtio:d00000002v* virtio_blk\n");
    expect(filesystems(modules)).toBe("ext4\next2\n");
  });
});
