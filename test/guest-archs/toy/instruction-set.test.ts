import { describe, expect, it } from "vitest";
import { assembleToy, TOY_OPS } from "../../../guest-archs/toy/instruction-set.ts";

const words = (source: string): string[] =>
  [...assembleToy(source)].map((word) => word.toString(16).padStart(8, "0"));

describe("assembleToy", () => {
  it("puts operation, registers and immediate into one word", () => {
    expect(words("li r1 65")).toEqual(["01100041"]);
    expect(words("add r15 r2")).toEqual(["03f20000"]);
    expect(words("store r3 r4 0x10")).toEqual(["08340010"]);
    expect(words("addi r1 -1")).toEqual(["0410ffff"]);
    expect(words("wait")).toEqual(["0a000000"]);
  });

  it("knows every operation by its place in the table, and none that is illegal on purpose", () => {
    for (const name of TOY_OPS.slice(1)) {
      expect(assembleToy(`${name} r0 r0 0`)[0]).toBe(TOY_OPS.indexOf(name) * 2 ** 24);
    }
    expect(() => assembleToy("illegal")).toThrow(SyntaxError);
  });

  it("counts branches in words from the branch, forward and back", () => {
    expect(words("bnz r1 end\nli r1 1\nend:\nbnz r1 end\nback:\nli r2 2\nbnz r2 back")).toEqual([
      "09100002",
      "01100001",
      "09100000",
      "01200002",
      "0920ffff",
    ]);
  });

  it("ignores comments and empty lines", () => {
    expect(words("# nothing\n\n  li r1 1  # one\n")).toEqual(["01100001"]);
    expect(words("")).toEqual([]);
  });

  it("names the line that it does not understand", () => {
    expect(() => assembleToy("li r1 1\njump r1")).toThrow('"jump" is not a toy instruction');
  });
});
