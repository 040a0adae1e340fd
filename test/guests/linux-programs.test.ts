// The suite's programs for Linux are static executables that need nothing but the kernel.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { programNames } from "../../guests/guest-list.ts";

const EXECUTABLE = 2;
const RISCV = 243;
const LOAD = 1;
const WRITABLE_CODE = 7;

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly bytes: number;
}

function readElf(name: string): { readonly elf: Buffer; readonly segments: readonly Segment[] } {
  const elf = readFileSync(join(import.meta.dirname, "../../guests/bin/linux", `${name}.elf`));
  const table = Number(elf.readBigUInt64LE(32));
  const entryBytes = elf.readUInt16LE(54);
  const segments = Array.from({ length: elf.readUInt16LE(56) }, (_, index) => {
    const at = table + index * entryBytes;
    return {
      type: elf.readUInt32LE(at),
      flags: elf.readUInt32LE(at + 4),
      address: Number(elf.readBigUInt64LE(at + 16)),
      bytes: Number(elf.readBigUInt64LE(at + 40)),
    };
  });
  return { elf, segments };
}

describe.each(programNames())("%s for Linux", (name) => {
  const { elf, segments } = readElf(name);

  it("is loaded without an interpreter and begins in its code", () => {
    expect(elf.readUInt16LE(16)).toBe(EXECUTABLE);
    expect(elf.readUInt16LE(18)).toBe(RISCV);
    expect(new Set(segments.map(({ type }) => type))).toEqual(new Set([LOAD]));
    const entry = Number(elf.readBigUInt64LE(24));
    const isInCode = ({ flags, address, bytes }: Segment): boolean =>
      flags === 5 && entry >= address && entry < address + bytes;
    expect(segments.some(isInCode)).toBe(true);
  });

  it("has writable code only where that is what it measures", () => {
    const isWritable = segments.some(({ flags }) => flags === WRITABLE_CODE);
    expect(isWritable).toBe(name === "shared-page");
  });
});
