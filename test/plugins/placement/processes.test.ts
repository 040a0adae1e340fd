import { describe, expect, it } from "vitest";
import { processes } from "../../../plugins/placement/processes.ts";

describe("processes", () => {
  it("places replicas in processes and passes its options on", () => {
    expect(processes.create({ jitterMs: 0, scrubPages: 1024 })).toEqual({
      mode: "process",
      jitterMs: 0,
      scrubPages: 1024,
    });
    expect(processes.create({ jitterMs: 2, scrubPages: 0, cores: 4 })).toEqual({
      mode: "process",
      jitterMs: 2,
      scrubPages: 0,
      cores: 4,
    });
  });
});
