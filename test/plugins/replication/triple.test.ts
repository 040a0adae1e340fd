import { describe, expect, it } from "vitest";
import { triple } from "../../../plugins/replication/triple.ts";

describe("triple", () => {
  it("plans 3 replicas and passes the epoch options on", () => {
    const options = { epochSteps: 5000, runAheadEpochs: 3, watchdogMs: 700 };
    expect(triple.create({ ...options, shareCompiledCode: true })).toEqual({
      replicas: 3,
      ...options,
      isCompiledCodeShared: true,
      leastReplicas: 2,
    });
  });
});
