import { describe, expect, it } from "vitest";
import { workerThreads } from "../../../plugins/placement/worker-threads.ts";

describe("worker-threads", () => {
  it("places replicas in mode worker and passes the jitter on", () => {
    expect(workerThreads.create({ jitterMs: 0 })).toEqual({ mode: "worker", jitterMs: 0 });
    expect(workerThreads.create({ jitterMs: 5 })).toEqual({ mode: "worker", jitterMs: 5 });
  });

  it("tells how many cores there are, where the config does", () => {
    expect(workerThreads.create({ jitterMs: 0, cores: 4 })).toEqual({
      mode: "worker",
      jitterMs: 0,
      cores: 4,
    });
  });
});
