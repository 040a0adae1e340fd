import { describe, expect, it } from "vitest";
import { groupEqualPages } from "../../../core/memory/compare-pages.ts";

const bytes = Buffer.alloc(4 * 4096);
bytes[4096 + 4095] = 1;
bytes[3 * 4096 + 4095] = 1;

describe("groupEqualPages", () => {
  it("groups by contents, in order of first appearance", () => {
    expect(groupEqualPages(bytes, [0, 4096, 8192, 12_288])).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it("sees a difference in the last byte and only there", () => {
    expect(groupEqualPages(bytes, [0, 4096])).toEqual([[0], [1]]);
    expect(groupEqualPages(bytes, [0, 8192])).toEqual([[0, 1]]);
  });
});
