import { describe, expect, it } from "vitest";
import { inline } from "../../../plugins/placement/inline.ts";

describe("inline", () => {
  it("places replicas in mode inline and passes the jitter on", () => {
    expect(inline.create({ jitterMs: 0 })).toEqual({ mode: "inline", jitterMs: 0 });
    expect(inline.create({ jitterMs: 5 })).toEqual({ mode: "inline", jitterMs: 5 });
  });

  it("tells how many cores there are, where the config does", () => {
    expect(inline.create({ jitterMs: 0, cores: 4 })).toEqual({
      mode: "inline",
      jitterMs: 0,
      cores: 4,
    });
  });
});
