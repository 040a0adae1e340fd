import { describe, expect, it } from "vitest";
import { elf } from "../../../../guest-archs/riscv/boot/elf.ts";
import type { RiscvStart } from "../../../../guest-archs/riscv/boot/riscv-start.ts";
import { assertDisjoint, bootBench, imageFile, RAM_BASE } from "./boot-bench.ts";

interface SegmentHeader {
  readonly address: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
}

const CONTENTS = 0x200;

/** An executable whose segments all show the bytes at CONTENTS. */
function program(
  segments: readonly SegmentHeader[],
  change: (file: Buffer) => void = () => {},
): string {
  const file = Buffer.alloc(0x300, 0x5a);
  file.fill(0, 0, CONTENTS);
  file.write("\x7fELF\x02\x01\x01", 0, "latin1");
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(243, 18);
  file.writeBigUInt64LE(BigInt(RAM_BASE + 0x10), 24);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(segments.length, 56);
  segments.forEach(({ address, fileBytes, memoryBytes }, i) => {
    const at = 64 + i * 56;
    file.writeUInt32LE(1, at);
    file.writeBigUInt64LE(BigInt(CONTENTS), at + 8);
    file.writeBigUInt64LE(0xffff_ffff_8000_0000n, at + 16);
    file.writeBigUInt64LE(BigInt(address), at + 24);
    file.writeBigUInt64LE(BigInt(fileBytes), at + 32);
    file.writeBigUInt64LE(BigInt(memoryBytes), at + 40);
  });
  change(file);
  return imageFile("program.elf", file);
}

const CODE: SegmentHeader = { address: RAM_BASE, fileBytes: 0x20, memoryBytes: 0x4000 };

const expectRefusal = (
  path: string,
  error: Readonly<Record<string, unknown>>,
  ramMiB?: number,
): Promise<void> =>
  expect(elf.load({ program: path }, bootBench(ramMiB))).rejects.toMatchObject(error);

describe("elf boot loader", () => {
  it("loads segments at their physical addresses and starts at the entry point in M-mode", async () => {
    const context = bootBench(1);
    const data = { address: RAM_BASE + 0x8000, fileBytes: 0, memoryBytes: 0x100 };
    const options = { program: program([CODE, data]), commandLine: "iterations=2" };
    const image = await elf.load(options, context);
    assertDisjoint(image, context);
    expect(image.segments[0]).toEqual({ address: RAM_BASE, bytes: Buffer.alloc(0x20, 0x5a) });
    expect(image.segments).toHaveLength(2);
    const tree = image.segments[1]!.address;
    expect(tree).toBeGreaterThanOrEqual(RAM_BASE + 0x8100);
    const start: RiscvStart = { pc: RAM_BASE + 0x10, arguments: [tree], isSbiBuiltIn: false };
    expect(image.start).toEqual(start);
    expect(context.additions[0]?.chosen).toEqual({ bootargs: "iterations=2" });
  });

  it.each<[string, (file: Buffer) => void, string, RegExp]>([
    ["no ELF file", (file) => file.write("#!/b"), "XV_ERR_IMAGE_NOT_ELF", /magic/],
    ["32-bit", (file) => file.writeUInt8(1, 4), "XV_ERR_IMAGE_WRONG_ELF", /32-bit/],
    ["big-endian", (file) => file.writeUInt8(2, 5), "XV_ERR_IMAGE_WRONG_ELF", /big-endian/],
    ["for x86-64", (file) => file.writeUInt16LE(62, 18), "XV_ERR_IMAGE_WRONG_ELF", /machine 62/],
    ["a shared object", (file) => file.writeUInt16LE(3, 16), "XV_ERR_IMAGE_WRONG_ELF", /type is 3/],
    [
      "empty of segments",
      (file) => file.writeUInt16LE(0, 56),
      "XV_ERR_IMAGE_WRONG_ELF",
      /no loadable/,
    ],
    [
      "odd in its headers",
      (file) => file.writeUInt16LE(8, 54),
      "XV_ERR_IMAGE_WRONG_ELF",
      /8 bytes/,
    ],
    [
      "without code at its entry",
      (file) => file.writeBigUInt64LE(64n, 24),
      "XV_ERR_IMAGE_WRONG_ELF",
      /entry/,
    ],
    [
      "cut in its headers",
      (file) => file.writeBigUInt64LE(0x2f0n, 32),
      "XV_ERR_IMAGE_TRUNCATED",
      /headers/,
    ],
    [
      "cut in a segment",
      (file) => file.writeBigUInt64LE(0x1000n, 64 + 32),
      "XV_ERR_IMAGE_TRUNCATED",
      /segment/,
    ],
    [
      "larger in the file",
      (file) => file.writeBigUInt64LE(1n, 64 + 40),
      "XV_ERR_IMAGE_WRONG_ELF",
      /larger/,
    ],
  ])("refuses a program that is %s", async (_what, change, code, message) => {
    const path = program([CODE], change);
    await expectRefusal(path, {
      code,
      value: path,
      message: expect.stringMatching(message),
    });
    expect.assertions(1);
  });

  it("refuses overlapping segments", async () => {
    const path = program([CODE, { ...CODE, address: RAM_BASE + 0x3fff }]);
    await expectRefusal(path, { message: expect.stringMatching(/overlap at 0x80003fff/) });
    expect.assertions(1);
  });

  it("refuses segments outside RAM, and programs that leave no room for the device tree", async () => {
    const code = "XV_ERR_IMAGE_OUTSIDE_RAM";
    const below = { ...CODE, address: 0x1000 };
    await expectRefusal(program([CODE, below]), { code });
    const above = { ...CODE, address: RAM_BASE + 0xf_f000 };
    await expectRefusal(program([CODE, above]), { code }, 1);
    await expectRefusal(program([{ ...CODE, memoryBytes: 0xf_f000 }]), { code }, 1);
    expect.assertions(3);
  });
});
