import { describe, expect, it } from "vitest";
import { deviceCells } from "../../../core/machine/device-cells.ts";
import type { Saved } from "../../../core/index.ts";

interface State {
  flag: boolean;
  byte: number;
  word: number;
  long: bigint;
  tick: number;
  bytes: Uint8Array;
}

function deviceOf(state: State): Saved {
  return {
    save(writer) {
      writer.section("test", 1);
      writer.boolean(state.flag);
      writer.u8(state.byte);
      writer.string("name");
      writer.u32(state.word);
      writer.u64(state.long);
      writer.number(state.tick);
      writer.bytes(state.bytes);
      writer.bytes(new Uint8Array());
    },
    restore(reader) {
      reader.section("test", 1);
      state.flag = reader.boolean();
      state.byte = reader.u8();
      expect(reader.string()).toBe("name");
      state.word = reader.u32();
      state.long = reader.u64();
      state.tick = reader.number();
      state.bytes = reader.bytes();
      expect(reader.bytes()).toHaveLength(0);
    },
  };
}

const start = (): State => ({
  flag: false,
  byte: 0x80,
  word: 0xffff_ffff,
  long: 2n ** 63n,
  tick: Infinity,
  bytes: Uint8Array.of(1, 2, 3),
});

describe("cells of a device", () => {
  it("are its values, without names", () => {
    const cells = deviceCells("d", deviceOf(start()));
    expect(cells.map(({ bits }) => bits)).toEqual([1, 8, 32, 64, 53, 24]);
    expect(cells[2]?.name).toBe("d, value 2");
  });

  it.each([
    [0, 0, 1, { flag: true }, "0 -> 1"],
    [1, 7, 1, { byte: 0 }, "128 -> 0"],
    [2, 31, 1, { word: 0x7fff_ffff }, "4294967295 -> 2147483647"],
    [2, 31, 2, { word: 0x7fff_fffe }, "4294967295 -> 2147483646"],
    [3, 63, 1, { long: 0n }, "9223372036854775808 -> 0"],
    [4, 3, 1, { tick: 8 }, "0 -> 8"],
    [5, 8, 1, { bytes: Uint8Array.of(1, 3, 3) }, "197121 -> 197377"],
    [5, 0, 1, { bytes: Uint8Array.of(0, 2, 3) }, "197121 -> 197120"],
  ])(
    "value %i changes in bit %i (%i wide), and nothing else",
    (field, bit, width, change, what) => {
      const state = start();
      expect(deviceCells("d", deviceOf(state))[field]?.flip(bit, width)).toBe(what);
      expect(state).toEqual({ ...start(), ...change });
    },
  );
});
