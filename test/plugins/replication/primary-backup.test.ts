import { describe, expect, it } from "vitest";
import { primaryBackup } from "../../../plugins/replication/primary-backup.ts";

describe("primary-backup", () => {
  it("plans two replicas, of which the primary's outputs are released", () => {
    const options = { epochSteps: 5000, runAheadEpochs: 3, watchdogMs: 700, backupLagEpochs: 2 };
    expect(primaryBackup.create({ ...options, shareCompiledCode: true })).toEqual({
      replicas: 2,
      ...options,
      isCompiledCodeShared: true,
      release: "primary",
    });
  });
});
