import { describe, expect, it } from "vitest";
import type { DivergenceReport } from "../../../core/coordinator/run-report.ts";
import {
  recordingOf,
  recordingReport,
  withWritten,
} from "../../../core/recording/run-recording.ts";

describe("the recording of a run", () => {
  it("is the config's, or else the plan's, or none", () => {
    const own = { path: "/own", snapshotEveryEpochs: 3 };
    expect(recordingOf({ recording: own }, { recording: "/plan" })).toBe(own);
    expect(recordingOf({}, { recording: "/plan" })).toEqual({
      path: "/plan",
      snapshotEveryEpochs: 200,
    });
    expect(recordingOf({}, {})).toBeUndefined();
  });

  it("is reported by its directory, with why it broke off", () => {
    expect(recordingReport({ path: "/a/b/recording.xvr", failure: undefined })).toEqual({
      path: "/a/b",
    });
    expect(recordingReport({ path: "/a/b/recording.xvr", failure: "full" })).toEqual({
      path: "/a/b",
      failure: "full",
    });
  });
});

describe("an incident in the report", () => {
  it("is there only when it could be completed", () => {
    const report: DivergenceReport = {
      divergence: { epoch: 1, signal: "crash", replicas: [0], absent: [1], detail: "" },
      outcome: { kind: "stopped", why: "" },
      durationMs: 1,
      incident: "/x.xvi",
    };
    expect(withWritten(report, { isWritten: () => true })).toBe(report);
    expect(withWritten(report, { isWritten: () => false })).not.toHaveProperty("incident");
    expect(withWritten(report)).not.toHaveProperty("incident");
  });
});
