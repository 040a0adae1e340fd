import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PageSet } from "../../../core/memory/page-set.ts";

describe("PageSet", () => {
  it("gives back what was put in, ascending, once, and is empty again", () => {
    const set = new PageSet(1000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 999 })), (pages) => {
        for (const page of pages) set.add(page);
        expect(set.take()).toEqual([...new Set(pages)].sort((a, b) => a - b));
        expect(set.take()).toEqual([]);
      }),
    );
  });

  it("leaves out pages beyond the machine", () => {
    const set = new PageSet(64);
    set.add(63);
    set.add(64);
    set.add(2 ** 32 - 1);
    expect(set.take()).toEqual([63]);
  });
});
