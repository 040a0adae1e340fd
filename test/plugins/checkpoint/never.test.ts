import { describe, expect, it } from "vitest";
import { never } from "../../../plugins/checkpoint/never.ts";
import { FAR } from "./progress-of.ts";

describe("never", () => {
  it("asks for none, however far the run is", () => {
    expect(never.create({}).shouldCheckpoint(FAR)).toBe(false);
  });
});
