import { describe, expect, it } from "vitest";
import { readElfSymbols } from "../../../../guest-archs/riscv/boot/elf-symbols.ts";

interface Symbol {
  readonly name: string;
  readonly address: bigint;
  readonly bytes: number;
  /** 0 none, 1 object, 2 function. */
  readonly type: number;
  /** 0 for a symbol that is defined elsewhere. */
  readonly section: number;
}

const TABLE = 256;
const STRINGS = 2048;

/** An ELF file of nothing but a symbol table: section 1 the table, section 2 its strings. */
function fileWith(symbols: readonly Symbol[]): Buffer {
  const file = Buffer.alloc(4096);
  file.writeBigUInt64LE(64n, 40);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(3, 60);
  const table = 64 + 64;
  file.writeUInt32LE(2, table + 4);
  file.writeBigUInt64LE(BigInt(TABLE), table + 24);
  file.writeBigUInt64LE(BigInt(symbols.length * 24), table + 32);
  file.writeUInt32LE(2, table + 40);
  file.writeUInt32LE(3, table + 64 + 4);
  file.writeBigUInt64LE(BigInt(STRINGS), table + 64 + 24);
  let name = 1;
  for (const [index, symbol] of symbols.entries()) {
    const at = TABLE + index * 24;
    file.writeUInt32LE(name, at);
    file.writeUInt8(0x10 | symbol.type, at + 4);
    file.writeUInt16LE(symbol.section, at + 6);
    file.writeBigUInt64LE(symbol.address, at + 8);
    file.writeBigUInt64LE(BigInt(symbol.bytes), at + 16);
    name += file.write(`${symbol.name}\0`, STRINGS + name, "latin1");
  }
  return file;
}

const MAIN: Symbol = { name: "main", address: 0x8000_0100n, bytes: 32, type: 2, section: 1 };

describe("symbols of an ELF file", () => {
  it("are its functions, and labels without a type after them", () => {
    const start = { ...MAIN, name: "_start", address: 0x8000_0000n, bytes: 0, type: 0 };
    expect(readElfSymbols(fileWith([start, MAIN]))).toEqual([
      { name: "main", address: 0x8000_0100n, bytes: 32 },
      { name: "_start", address: 0x8000_0000n, bytes: 0 },
    ]);
  });

  it.each<[string, Partial<Symbol>]>([
    ["objects", { type: 1 }],
    ["what is defined elsewhere", { section: 0 }],
    ["what has no name", { name: "" }],
    ["mapping symbols", { name: "$x", type: 0 }],
    ["local labels", { name: ".L12", type: 0 }],
  ])("leave out %s", (_what, changes) => {
    expect(readElfSymbols(fileWith([{ ...MAIN, ...changes }]))).toEqual([]);
  });

  it("are none in a file without sections or with a damaged table", () => {
    expect(readElfSymbols(Buffer.alloc(64))).toEqual([]);
    const damaged = fileWith([MAIN]);
    damaged.writeBigUInt64LE(1n << 40n, 128 + 24);
    expect(readElfSymbols(damaged)).toEqual([]);
    expect(readElfSymbols(fileWith([MAIN]).subarray(0, 70))).toEqual([]);
  });
});
