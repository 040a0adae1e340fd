import { describe, expect, it } from "vitest";
import type { RecoveryOutcome, Verdict } from "../../../core/index.ts";
import { thirdReplica } from "../../../plugins/recovery/third-replica.ts";
import { divergence, fakeMechanism, undecided, type Script } from "./fake-mechanism.ts";

const outvoted = (losers: number[], winners: number[]): Verdict => ({
  kind: "outvoted",
  winners,
  losers,
});

async function recover(
  script: Script,
  attempts = 3,
  absent: number[] = [],
): Promise<{ outcome: RecoveryOutcome; calls: readonly string[] }> {
  const mechanism = fakeMechanism(script);
  const replicas = divergence.replicas.filter((replica) => !absent.includes(replica));
  const outcome = await thirdReplica
    .create({ attempts })
    .recover({ ...divergence, replicas, absent }, mechanism);
  return { outcome, calls: mechanism.calls };
}

describe("third-replica", () => {
  it("replaces the loser by the first witness and blames it", async () => {
    const { outcome, calls } = await recover({ verdicts: [outvoted([1], [0, 2])] });
    expect(calls).toEqual(["witness 2", "replace 1 by 2"]);
    expect(outcome).toEqual({
      kind: "recovered",
      by: "third-replica",
      blamed: [1],
      attempts: 1,
    });
  });

  it("discards an undecided witness before it tries another", async () => {
    const { outcome, calls } = await recover({ verdicts: [undecided, outvoted([0], [1, 3])] });
    expect(calls).toEqual(["witness 2", "discard 2", "witness 3", "replace 0 by 3"]);
    expect(outcome).toMatchObject({ by: "third-replica", blamed: [0], attempts: 2 });
  });

  it("does not trust a witness that was outvoted itself", async () => {
    const { outcome, calls } = await recover({
      verdicts: [outvoted([2], [0, 1]), outvoted([1], [0, 3])],
    });
    expect(calls).toEqual(["witness 2", "discard 2", "witness 3", "replace 1 by 3"]);
    expect(outcome).toMatchObject({ blamed: [1], attempts: 2 });
  });

  it("does not take a vote that all agree in for a recovery", async () => {
    const { calls } = await recover({ verdicts: [{ kind: "agreed" }, outvoted([1], [0, 3])] });
    expect(calls.slice(0, 2)).toEqual(["witness 2", "discard 2"]);
  });

  it("discards the witness when the comparison in full fails", async () => {
    const { outcome, calls } = await recover({
      verdicts: [outvoted([1], [0, 2])],
      replaced: [false, true],
    });
    expect(calls).toEqual([
      "witness 2",
      "replace 1 by 2",
      "discard 2",
      "witness 3",
      "replace 1 by 3",
    ]);
    expect(outcome).toMatchObject({ attempts: 2 });
  });

  it("rolls everything back after its last witness, and blames all", async () => {
    const { outcome, calls } = await recover({ verdicts: [undecided] }, 2, [1]);
    expect(calls).toEqual(["witness 2", "discard 2", "witness 3", "discard 3", "roll back"]);
    expect(outcome).toEqual({ kind: "recovered", by: "rollback", blamed: [0, 1], attempts: 3 });
  });

  it("stops when no roll back agrees with what was committed", async () => {
    const { outcome, calls } = await recover({ rolledBack: [false] }, 2);
    expect(calls).toEqual([
      "witness 2",
      "discard 2",
      "witness 3",
      "discard 3",
      "roll back",
      "roll back",
    ]);
    expect(outcome).toEqual({
      kind: "stopped",
      why: "no replay agreed with what was already committed",
    });
  });

  it("counts roll backs among the attempts", async () => {
    const { outcome } = await recover({ rolledBack: [false, true] }, 3);
    expect(outcome).toMatchObject({ kind: "recovered", by: "rollback", attempts: 5 });
  });
});
