import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RewrittenPages } from "../../../plugins/memory-sharing/rewritten-pages.ts";

describe("RewrittenPages", () => {
  it("never keeps a page where it is not asked to", () => {
    const rewritten = new RewrittenPages(0, 1);
    for (let count = 0; count < 5; count++) {
      expect(rewritten.sort([1, 2])).toEqual({ toMerge: [1, 2], toKeep: [], quiet: [] });
    }
  });

  it("keeps every page private from the first write on where one interval is enough", () => {
    const rewritten = new RewrittenPages(1, 1);
    expect(rewritten.sort([4, 9])).toEqual({ toMerge: [], toKeep: [4, 9], quiet: [] });
    expect(rewritten.sort([9])).toEqual({ toMerge: [], toKeep: [9], quiet: [4] });
  });

  it("goes by what was written in the last intervals, whatever the history", () => {
    const history = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 7 })), { maxLength: 30 });
    const limit = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(history, limit, limit, (intervals, keepAfter, mergeAfter) => {
        const rewritten = new RewrittenPages(keepAfter, mergeAfter);
        const kept = new Set<number>();
        for (const [now, unordered] of intervals.entries()) {
          const pages = unordered.toSorted((a, b) => a - b);
          const wasWritten = (page: number, back: number): boolean =>
            intervals[now - back]?.includes(page) === true;
          const range = (length: number): number[] => Array.from({ length }, (_, back) => back);
          for (const page of pages) {
            if (range(keepAfter).every((back) => wasWritten(page, back))) kept.add(page);
          }
          const isQuiet = (page: number): boolean =>
            range(mergeAfter).every((back) => !wasWritten(page, back));
          const quiet = [...kept].filter(isQuiet);
          for (const page of quiet) kept.delete(page);
          const sorted = rewritten.sort(pages);
          expect(sorted.toKeep).toEqual(pages.filter((page) => kept.has(page)));
          expect(sorted.toMerge).toEqual(pages.filter((page) => !kept.has(page)));
          expect(new Set(sorted.quiet)).toEqual(new Set(quiet));
        }
      }),
    );
  });
});
