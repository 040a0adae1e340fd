import { describe, expect, it } from "vitest";
import { inline } from "../../../plugins/placement/inline.ts";

describe("inline", () => {
  it("places replicas in mode inline and passes the jitter on", () => {
    expect(inline.create({ jitterMs: 0 })).toEqual({ mode: "inline", jitterMs: 0 });
    expect(inline.create({ jitterMs: 5 })).toEqual({ mode: "inline", jitterMs: 5 });
  });
});
