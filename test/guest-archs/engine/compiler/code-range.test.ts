import { expect, it } from "vitest";
import { overlaps } from "../../../../guest-archs/engine/compiler/code-range.ts";

it("bytes before and behind a range are not in it", () => {
  const range = { page: 0, from: 8, end: 16 };
  const cases = [
    [0, 8, false],
    [0, 9, true],
    [15, 16, true],
    [16, 20, false],
    [0, 100, true],
  ] as const;
  for (const [from, end, expected] of cases) expect(overlaps(range, from, end)).toBe(expected);
});
