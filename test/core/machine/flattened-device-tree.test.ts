import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { DeviceTreeNode } from "../../../core/index.ts";
import { encodeDeviceTree } from "../../../core/machine/flattened-device-tree.ts";
import { requireTool } from "../../require-tool.ts";

const hasDtc = requireTool({
  name: "device tree compiler",
  command: ["dtc", "--version"],
  debianPackage: "device-tree-compiler",
});

const TREE: DeviceTreeNode = {
  name: "ignored",
  properties: { "#address-cells": [2], "#size-cells": [1], compatible: ["first,one", "second"] },
  children: [
    {
      name: "memory@80000000",
      properties: { device_type: "memory", reg: [0, 0x8000_0000, 0x1000] },
    },
    {
      name: "leaf",
      properties: { "empty-one": true, bytes: Uint8Array.of(1, 2, 3), compatible: "again" },
      children: [{ name: "inner", properties: {} }],
    },
  ],
};

describe("encodeDeviceTree", () => {
  it("writes a version 17 header whose blocks lie where it says", () => {
    const tree = encodeDeviceTree(TREE, []);
    const view = new DataView(tree.buffer);
    const header = Array.from({ length: 10 }, (_, i) => view.getUint32(i * 4));
    expect(header.slice(0, 2)).toEqual([0xd00d_feed, tree.length]);
    expect(header.slice(4, 8)).toEqual([40, 17, 16, 0]);
    const [, , structure = 0, strings = 0] = header;
    expect(structure).toBe(56);
    expect(strings).toBe(structure + (header[9] ?? 0));
    expect(strings + (header[8] ?? 0)).toBe(tree.length);
    expect(structure % 4).toBe(0);
  });

  it("stores each property name once", () => {
    const tree = encodeDeviceTree(TREE, []);
    const text = Buffer.from(tree).toString("latin1");
    expect(text.split("compatible\0")).toHaveLength(2);
  });

  it.skipIf(!hasDtc)("is what the device tree compiler reads", () => {
    const tree = encodeDeviceTree(TREE, [{ address: 0x1_0000_0000, bytes: 0x2000 }]);
    const dtc = spawnSync("dtc", ["-I", "dtb", "-O", "dts", "-q"], {
      input: tree,
      encoding: "utf8",
    });
    expect(dtc.status).toBe(0);
    expect(dtc.stdout.replaceAll(/\s+/g, " ").trim()).toBe(
      "/dts-v1/; /memreserve/ 0x0000000100000000 0x0000000000002000; / { " +
        '#address-cells = <0x02>; #size-cells = <0x01>; compatible = "first,one\\0second"; ' +
        'memory@80000000 { device_type = "memory"; reg = <0x00 0x80000000 0x1000>; }; ' +
        'leaf { empty-one; bytes = [01 02 03]; compatible = "again"; inner { }; }; };',
    );
  });
});
