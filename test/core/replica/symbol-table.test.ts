import { describe, expect, it } from "vitest";
import { SymbolTable } from "../../../core/replica/symbol-table.ts";

const table = new SymbolTable([
  { name: "main", address: 0x100n, bytes: 0x20 },
  { name: "alias", address: 0x100n, bytes: 0 },
  { name: "start", address: 0x40n, bytes: 0 },
  { name: "kernel", address: 0xffff_ffff_8000_0000n, bytes: 0 },
]);

describe("SymbolTable", () => {
  it.each([
    [0x40n, "start"],
    [0x48n, "start+0x8"],
    [0x100n, "main"],
    [0x11en, "main+0x1e"],
    [0xffff_ffff_8000_0010n, "kernel+0x10"],
  ])("names what lies at an address: %s", (address, name) => {
    expect(table.text(address)).toBe(name);
  });

  it.each([0x3fn, 0x120n, 0xffff_ffff_9000_0000n])(
    "knows no name before the first symbol, behind a sized one and far from any: %s",
    (address) => {
      expect(table.text(address)).toBeUndefined();
    },
  );

  it("is empty where an image names nothing", () => {
    expect(new SymbolTable([]).find(1n)).toBeUndefined();
  });
});
