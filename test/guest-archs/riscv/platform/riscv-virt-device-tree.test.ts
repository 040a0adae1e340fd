import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { DeviceTreeNode } from "../../../../core/index.ts";
import { encodeDeviceTree } from "../../../../core/machine/flattened-device-tree.ts";
import { riscvVirtDeviceTree } from "../../../../guest-archs/riscv/platform/riscv-virt-device-tree.ts";
import {
  RTC_PLACE,
  TEST_PLACE,
  UART_PLACE,
  VIRTIO_PLACES,
} from "../../../../guest-archs/riscv/platform/riscv-virt-memory-map.ts";
import { goldfishRtc } from "../../../../plugins/devices/goldfish-rtc.ts";
import { sifiveTest } from "../../../../plugins/devices/sifive-test.ts";
import { uart16550 } from "../../../../plugins/devices/uart16550.ts";
import { virtioEntropy } from "../../../../plugins/devices/virtio/entropy/model.ts";
import { requireTool } from "../../../require-tool.ts";

const hasDtc = requireTool({
  name: "device tree compiler",
  command: ["dtc", "--version"],
  debianPackage: "device-tree-compiler",
});

const tree = (harts = 2, reserved: { address: number; bytes: number }[] = []): DeviceTreeNode =>
  riscvVirtDeviceTree({
    harts,
    ramBytes: 0x1000_0000,
    devices: [
      { id: "uart0", model: uart16550, options: {}, place: UART_PLACE },
      { id: "power", model: sifiveTest, options: {}, place: TEST_PLACE },
      { id: "rtc0", model: goldfishRtc, options: {}, place: RTC_PLACE },
      { id: "random", model: virtioEntropy, options: {}, place: VIRTIO_PLACES[7]! },
    ],
    chosen: { bootargs: "quiet" },
    reserved,
  });

function node(root: DeviceTreeNode, path: string): DeviceTreeNode["properties"] {
  let at: DeviceTreeNode | undefined = root;
  for (const name of path.split("/")) at = at?.children?.find((child) => child.name === name);
  if (at === undefined) throw new Error(`no node ${path}`);
  return at.properties;
}

describe("device tree of riscv-virt", () => {
  it("names the extensions in a form that Linux accepts", () => {
    const cpu = node(tree(), "cpus/cpu@1");
    expect(cpu["riscv,isa"]).toBe("rv64imafdc_zicntr_zicsr_zifencei_zba_zbb_zbs_sstc");
    expect(cpu["mmu-type"]).toBe("riscv,sv48");
    expect(cpu["riscv,isa-extensions"]).toContain("sstc");
  });

  it("connects CLINT and PLIC to every hart's lines", () => {
    expect(node(tree(), "soc/clint@2000000")["interrupts-extended"]).toEqual([
      1, 3, 1, 7, 2, 3, 2, 7,
    ]);
    const plic = node(tree(), "soc/plic@c000000");
    expect(plic["interrupts-extended"]).toEqual([1, 11, 1, 9, 2, 11, 2, 9]);
    expect(plic["phandle"]).toEqual([3]);
  });

  it("puts devices where QEMU's virt machine has them", () => {
    const uart = node(tree(), "soc/serial@10000000");
    expect(uart["reg"]).toEqual([0, 0x1000_0000, 0, 0x100]);
    expect([uart["interrupts"], uart["interrupt-parent"]]).toEqual([[10], [3]]);
    expect(node(tree(), "soc/rtc@101000")["interrupts"]).toEqual([11]);
    expect(node(tree(), "soc/virtio_mmio@10008000")["interrupts"]).toEqual([8]);
    expect(() => node(tree(), "soc/virtio_mmio@10001000")).toThrow(/no node/);
    expect(node(tree(), "soc/test@100000")["phandle"]).toEqual(node(tree(), "poweroff")["regmap"]);
  });

  it("passes on what the boot loader adds", () => {
    const withReserved = tree(1, [{ address: 0x8000_0000, bytes: 0x20_0000 }]);
    expect(node(withReserved, "chosen")).toEqual({
      "stdout-path": "/soc/serial@10000000",
      bootargs: "quiet",
    });
    expect(node(withReserved, "reserved-memory/reserved@80000000")).toEqual({
      reg: [0, 0x8000_0000, 0, 0x20_0000],
      "no-map": true,
    });
  });

  it.skipIf(!hasDtc)("has nothing that the device tree compiler warns about", () => {
    const input = encodeDeviceTree(tree(2, [{ address: 0x8000_0000, bytes: 0x20_0000 }]), []);
    const dtc = spawnSync("dtc", ["-I", "dtb", "-O", "dtb"], { input });
    expect(dtc.stderr.toString()).toBe("");
    expect(dtc.status).toBe(0);
  });
});
