import { describe, expect, it } from "vitest";
import { pair } from "../../../plugins/replication/pair.ts";

describe("pair", () => {
  it("plans 2 replicas and passes the epoch options on", () => {
    const options = { epochSteps: 5000, runAheadEpochs: 3, watchdogMs: 700 };
    const sharing = { shareCompiledCode: false };
    expect(pair.create({ ...options, ...sharing })).toEqual({
      replicas: 2,
      ...options,
      isCompiledCodeShared: false,
    });
  });
});
