import { describe, expect, it } from "vitest";
import { readSymbolMap } from "../../../../guest-archs/riscv/boot/symbol-map.ts";
import { imageFile } from "./boot-bench.ts";

const MAP = `ffffffff80000000 T _start
ffffffff80000000 D not_code
                 U nowhere
ffffffff80000010 t local
ffffffff80000020 W weak\t[module]
ffffffff80000030 t $x
no line
`;

describe("a map of symbols", () => {
  it("names code, with addresses that need 64 bits", async () => {
    expect(await readSymbolMap(imageFile("System.map", Buffer.from(MAP)))).toEqual([
      { name: "_start", address: 0xffff_ffff_8000_0000n, bytes: 0 },
      { name: "local", address: 0xffff_ffff_8000_0010n, bytes: 0 },
      { name: "weak", address: 0xffff_ffff_8000_0020n, bytes: 0 },
    ]);
  });

  it("is empty where none is named, and refused where it cannot be read", async () => {
    expect(await readSymbolMap(undefined)).toEqual([]);
    await expect(readSymbolMap("/nowhere/System.map")).rejects.toMatchObject({
      code: "XV_ERR_IMAGE_UNREADABLE",
      place: "boot.symbols",
    });
  });
});
