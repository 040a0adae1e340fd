import { describe, expect, it } from "vitest";
import { cellsOf, wordCell } from "../../../core/coordinator/state-cells.ts";

const flip = (value: unknown, index: number, bit: number, width = 1): string => {
  const cell = cellsOf("it", value)[index];
  return cell === undefined ? "none" : `${cell.name} ${cell.flip(bit, width)}`;
};

describe("cells of plain data", () => {
  it("are integers of 32 bits where a number fits", () => {
    const state = { sent: 5, frozen: -1 };
    expect(cellsOf("it", state).map(({ bits }) => bits)).toEqual([32, 32]);
    expect(flip(state, 0, 3)).toBe("it.sent 5 -> 13");
    expect(flip(state, 1, 31)).toBe("it.frozen -1 -> 2147483647");
    expect(state).toEqual({ sent: 13, frozen: 2_147_483_647 });
  });

  it("are doubles otherwise", () => {
    const state = { tick: Infinity, wallMs: 0.5, steps: 2 ** 40 };
    expect(cellsOf("it", state).map(({ bits }) => bits)).toEqual([64, 64, 64]);
    flip(state, 0, 62);
    flip(state, 1, 63);
    flip(state, 2, 52);
    expect(state).toEqual({ tick: 1, wallMs: -0.5, steps: 2 ** 39 });
  });

  it("are truth values, characters and bytes", () => {
    const state = { isIdle: false, kind: "agreed", bytes: Uint8Array.of(0, 0), none: "" };
    expect(cellsOf("it", state).map(({ bits }) => bits)).toEqual([1, 48, 16]);
    flip(state, 0, 0);
    expect(flip(state, 1, 8, 2)).toBe(
      'it.kind byte 1: "agreed" -> "adreed"'.replace("byte 1: ", ""),
    );
    expect(flip(state, 2, 7, 2)).toBe("it.bytes byte 0: 0 -> 128");
    expect(state).toEqual({ isIdle: true, kind: "adreed", bytes: Uint8Array.of(128, 1), none: "" });
  });

  it("are found in lists and maps, whose keys are data as well", () => {
    const state = { list: [[1], [2]], map: new Map([[4, { digest: "A" }]]) };
    expect(cellsOf("it", state).map(({ name }) => name)).toEqual([
      "it.list[0][0]",
      "it.list[1][0]",
      "it.map key 4",
      "it.map[4].digest",
    ]);
    flip(state, 1, 0);
    flip(state, 2, 0);
    flip(state, 3, 1);
    expect(state.list).toEqual([[1], [3]]);
    expect(state.map).toEqual(new Map([[5, { digest: "C" }]]));
  });

  it("do not spare what is frozen", () => {
    const state = { record: Object.freeze({ steps: 8 }) };
    flip(state, 0, 0);
    expect(state.record.steps).toBe(9);
  });

  it("are no references", () => {
    expect(cellsOf("it", { none: undefined, nothing: null, call: () => 0 })).toEqual([]);
  });

  it("go on at bit 0 past the last one", () => {
    const words = Uint32Array.of(7, 8);
    const cell = wordCell("map[1]", words, 1);
    expect(cell.flip(31, 2)).toBe("8 -> 2147483657");
    expect([...words]).toEqual([7, 2_147_483_657]);
    const owners = Uint8Array.of(1);
    wordCell("owners", owners, 0).flip(7, 1);
    expect([...owners]).toEqual([129]);
  });
});
