import { expect, it } from "vitest";
import { guestNames, guests, programNames } from "../../guests/guest-list.ts";

it("guests are sorted by name, programs of the suite among them", () => {
  const names = guestNames();
  expect(names).toEqual(names.toSorted());
  expect(names).toContain("quick-start");
  expect(names).toEqual(expect.arrayContaining(programNames()));
  expect(programNames()).not.toContain("quick-start");
});

it("a folder may be built more than once, with other flags", () => {
  const numeric = guests().filter(({ folder }) => folder === "numeric");
  expect(numeric.map(({ name, flags }) => [name, ...flags])).toEqual([
    ["numeric-fused", "-ffp-contract=fast"],
    ["numeric-separate", "-ffp-contract=off"],
  ]);
});
