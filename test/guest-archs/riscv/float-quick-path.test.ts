// The host's arithmetic against the exact one: results, flags and mstatus.FS must be equal wherever a quick path is
// taken, and where none is.
import { describe, expect, it } from "vitest";
import { compareFloat, FLOAT_CASES } from "./compare-float.ts";
import { FLOAT_INSTRUCTIONS } from "./float-reference.ts";

describe("floating-point instructions equal exact arithmetic", () => {
  it.each(FLOAT_INSTRUCTIONS.map((instruction) => [instruction.name, instruction] as const))(
    "%s",
    (_name, instruction) => {
      expect(compareFloat(instruction, FLOAT_CASES, 7)).toEqual([]);
    },
  );
});
