import { expect, it } from "vitest";
import { none } from "../../../plugins/core-diagnosis/none.ts";

it("none diagnoses nothing", () => {
  expect(none.create({}).diagnose).toBeUndefined();
});
