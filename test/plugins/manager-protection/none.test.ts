import { expect, it } from "vitest";
import { none } from "../../../plugins/manager-protection/none.ts";

it("none has no defence", () => {
  expect(Object.values(none.create({})).filter((value) => value !== false && value !== 0)).toEqual(
    [],
  );
});
