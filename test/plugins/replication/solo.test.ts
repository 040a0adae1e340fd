import { describe, expect, it } from "vitest";
import { solo } from "../../../plugins/replication/solo.ts";

describe("solo", () => {
  it("plans 1 replica and passes the epoch options on", () => {
    const options = { epochSteps: 5000, runAheadEpochs: 3, watchdogMs: 700 };
    expect(solo.create(options)).toEqual({ replicas: 1, ...options });
  });
});
