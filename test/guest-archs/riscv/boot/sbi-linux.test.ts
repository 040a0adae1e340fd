import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { RiscvStart } from "../../../../guest-archs/riscv/boot/riscv-start.ts";
import { sbiLinux } from "../../../../guest-archs/riscv/boot/sbi-linux.ts";
import { assertDisjoint, bootBench, imageFile, linuxImage, RAM_BASE } from "./boot-bench.ts";

const MIB = 2 ** 20;
const KERNEL = RAM_BASE + 2 * MIB;

const expectRefusal = (
  options: Readonly<Record<string, unknown>>,
  error: Readonly<Record<string, unknown>>,
  ramMiB?: number,
): Promise<void> => expect(sbiLinux.load(options, bootBench(ramMiB))).rejects.toMatchObject(error);

describe("sbi-linux boot loader", () => {
  it("puts the kernel at its text offset and starts it in S-mode with the device tree", async () => {
    const context = bootBench();
    const kernel = imageFile("Image", linuxImage());
    const image = await sbiLinux.load({ kernel, commandLine: "quiet" }, context);
    assertDisjoint(image, context);
    expect(image.segments[0]).toEqual({ address: KERNEL, bytes: linuxImage() });
    const start = image.start as RiscvStart;
    expect(start).toEqual({ pc: KERNEL, arguments: [start.arguments[0]], isSbiBuiltIn: true });
    expect(image.segments.map(({ address }) => address)).toContain(start.arguments[0]);
    expect((start.arguments[0] ?? 0) % 8).toBe(0);
    expect(context.additions).toEqual([{ chosen: { bootargs: "quiet" }, reserved: [] }]);
  });

  it("keeps initramfs and device tree clear of all memory the kernel claims, and tells where they are", async () => {
    const context = bootBench(16);
    const kernel = imageFile("Image", linuxImage({ imageBytes: 12 * MIB }));
    const initramfs = imageFile("initramfs", Buffer.alloc(100_001, 7));
    const image = await sbiLinux.load({ kernel, initramfs }, context);
    assertDisjoint(image, context);
    const claimed = KERNEL + 12 * MIB;
    for (const { address } of image.segments.slice(1))
      expect(address).toBeGreaterThanOrEqual(claimed);
    const { chosen } = context.additions[0]!;
    const address = image.segments[1]!.address;
    expect(address % 4096).toBe(0);
    expect(chosen["linux,initrd-start"]).toEqual([0, address]);
    expect(chosen["linux,initrd-end"]).toEqual([0, address + 100_001]);
  });

  it("gives the kernel a seed for its random numbers when asked to: a fixed one, or the host's", async () => {
    const kernel = imageFile("Image", linuxImage());
    const seedOf = async (options: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const context = bootBench();
      await sbiLinux.load({ kernel, ...options }, context);
      return context.additions[0]?.chosen["rng-seed"];
    };
    expect(await seedOf({})).toBeUndefined();
    const fixed = "0123456789ABCDEF".repeat(4);
    expect(await seedOf({ rngSeed: fixed })).toEqual(new Uint8Array(Buffer.from(fixed, "hex")));
    const first = await seedOf({ rngSeed: "host" });
    expect(first).toHaveLength(32);
    expect(first).not.toEqual(await seedOf({ rngSeed: "host" }));
  });

  it("takes images of the images slot, options first, and decompresses gzip", async () => {
    const kernel = imageFile("Image.gz", gzipSync(linuxImage()));
    const initramfs = imageFile("initramfs", Buffer.from("cpio"));
    const fromSlot = await sbiLinux.load({}, bootBench(64, { kernel, initramfs }));
    expect(fromSlot.segments.map(({ bytes }) => bytes.length)).toEqual([5000, 4, 3000]);
    const own = imageFile("Image", linuxImage({ fileBytes: 6000 }));
    const mixed = await sbiLinux.load({ kernel: own }, bootBench(64, { kernel, initramfs }));
    expect(mixed.segments[0]?.bytes.length).toBe(6000);
  });

  it("refuses what is no RISC-V kernel, saying what it is", async () => {
    const elf = Buffer.alloc(100);
    elf.write("\x7fELF", 0, "latin1");
    for (const [bytes, pattern] of [
      [Buffer.alloc(100), /no RISC-V magic/],
      [elf, /an ELF file, not a flat Image/],
      [linuxImage({ flags: 1 }), /big-endian/],
      [linuxImage({ textOffset: 0 }), /M-mode/],
    ] as const) {
      const kernel = imageFile("kernel", bytes);
      const message = expect.stringMatching(pattern);
      await expectRefusal({ kernel }, { code: "XV_ERR_IMAGE_NOT_LINUX", value: kernel, message });
    }
    expect.assertions(4);
  });

  it("refuses truncated kernels: short ones, cut gzip data, missing PE sections", async () => {
    const pe = linuxImage();
    pe.write("MZ", 0);
    pe.writeUInt32LE(64, 60);
    pe.write("PE\0\0", 64, "latin1");
    pe.writeUInt16LE(1, 64 + 6);
    pe.writeUInt16LE(0, 64 + 20);
    pe.writeUInt32LE(4000, 64 + 24 + 16);
    pe.writeUInt32LE(1001, 64 + 24 + 20);
    const gzip = gzipSync(linuxImage());
    for (const bytes of [
      linuxImage().subarray(0, 40),
      gzip.subarray(0, -20),
      pe,
      Buffer.alloc(0),
    ]) {
      await expectRefusal({ kernel: imageFile("k", bytes) }, { code: "XV_ERR_IMAGE_TRUNCATED" });
    }
    pe.writeUInt32LE(1000, 64 + 24 + 20);
    const complete = await sbiLinux.load({ kernel: imageFile("k", pe) }, bootBench());
    expect(complete.segments[0]?.bytes.length).toBe(5000);
  });

  it("refuses missing files and a missing kernel", async () => {
    const initramfs = "/nowhere/initramfs";
    const kernel = imageFile("Image", linuxImage());
    await expectRefusal(
      { kernel, initramfs },
      { code: "XV_ERR_IMAGE_UNREADABLE", value: initramfs },
    );
    await expectRefusal({}, { code: "XV_ERR_IMAGE_MISSING", place: "machine.boot.kernel" });
    expect.assertions(2);
  });

  it("refuses images too large for RAM", async () => {
    const kernel = imageFile("Image", linuxImage({ imageBytes: 14 * MIB }));
    const initramfs = imageFile("initramfs", Buffer.alloc(MIB));
    await expectRefusal({ kernel }, { code: "XV_ERR_IMAGE_OUTSIDE_RAM" }, 15);
    await expectRefusal({ kernel, initramfs }, { code: "XV_ERR_IMAGE_OUTSIDE_RAM" }, 17);
    await expect(sbiLinux.load({ kernel, initramfs }, bootBench(18))).resolves.toBeDefined();
  });
});
