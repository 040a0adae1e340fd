import { describe, expect, it } from "vitest";
import { logged } from "../../../plugins/replication/logged.ts";

describe("logged", () => {
  it("plans 1 replica and demands a recording", () => {
    const options = { epochSteps: 5000, runAheadEpochs: 3, watchdogMs: 700 };
    expect(logged.create({ ...options, recording: "/tmp/a" })).toEqual({
      replicas: 1,
      ...options,
      recording: "/tmp/a",
    });
  });

  it("has its directory resolved where the config stands", () => {
    expect(logged).toMatchObject({ paths: ["recording"], schema: { required: ["recording"] } });
  });
});
