import { describe, expect, it } from "vitest";
import { firmware } from "../../../../guest-archs/riscv/boot/firmware.ts";
import type { RiscvStart } from "../../../../guest-archs/riscv/boot/riscv-start.ts";
import { assertDisjoint, bootBench, imageFile, linuxImage, RAM_BASE } from "./boot-bench.ts";

const FIRMWARE_BYTES = 0x20_0000;

describe("firmware boot loader", () => {
  it("starts the firmware in M-mode and tells it where the kernel is", async () => {
    const context = bootBench();
    const code = Buffer.alloc(1000, 0x13);
    const options = {
      firmware: imageFile("fw.bin", code),
      kernel: imageFile("Image", linuxImage()),
    };
    const image = await firmware.load(options, context);
    assertDisjoint(image, context);
    expect(image.segments[0]).toEqual({ address: RAM_BASE, bytes: code });
    const start = image.start as RiscvStart;
    expect([start.pc, start.isSbiBuiltIn, start.arguments.length]).toEqual([RAM_BASE, false, 2]);
    const info = image.segments.find(({ address }) => address === start.arguments[1]);
    const fields = new BigUint64Array(info!.bytes.slice().buffer);
    expect([...fields]).toEqual([0x4942_534fn, 2n, 0x8020_0000n, 1n, 0n, 0n]);
    expect(context.additions[0]?.reserved).toEqual([{ address: RAM_BASE, bytes: FIRMWARE_BYTES }]);
  });

  it("leaves room behind the device tree, which firmware makes longer", async () => {
    const context = bootBench();
    const image = await firmware.load({ firmware: imageFile("fw.bin", Buffer.alloc(10)) }, context);
    const [tree = 0] = (image.start as RiscvStart).arguments;
    const above = image.segments.map(({ address }) => address).filter((address) => address > tree);
    const end = Math.min(...above, RAM_BASE + context.ramBytes);
    expect(end - tree).toBeGreaterThanOrEqual(0x1_0000);
  });

  it("refuses ELF files and files that reach into the kernel's place", async () => {
    const elf = imageFile("fw.elf", Buffer.from("\x7fELF and more", "latin1"));
    const large = imageFile("fw.bin", Buffer.alloc(FIRMWARE_BYTES + 1));
    for (const path of [elf, large]) {
      await expect(firmware.load({ firmware: path }, bootBench())).rejects.toMatchObject({
        code: "XV_ERR_IMAGE_NOT_FIRMWARE",
        value: path,
      });
    }
    await expect(firmware.load({}, bootBench())).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_MISSING",
    });
  });
});
