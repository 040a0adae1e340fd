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

  it("blames and replaces nobody when all agree after all", async () => {
    const { outcome, calls } = await recover({ verdicts: [{ kind: "agreed" }] });
    expect(calls).toEqual(["witness 2", "discard 2"]);
    expect(outcome).toEqual({ kind: "recovered", by: "third-replica", blamed: [], attempts: 1 });
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

  it("rolls everything back after its last witness, and blames who died", async () => {
    const { outcome, calls } = await recover({ verdicts: [undecided] }, 2, [1]);
    expect(calls).toEqual(["witness 2", "discard 2", "witness 3", "discard 3", "roll back"]);
    expect(outcome).toEqual({
      kind: "recovered",
      by: "rollback",
      blamed: [1],
      suspected: [0],
      attempts: 3,
    });
  });

  it("blames nobody for a roll-back where nobody knows who was wrong", async () => {
    const { outcome } = await recover({ verdicts: [undecided] });
    expect(outcome).toMatchObject({
      kind: "recovered",
      by: "rollback",
      blamed: [],
      suspected: [0, 1],
    });
  });

  it("rolls everything back once two witnesses differ in full from who agreed with them", async () => {
    const { outcome, calls } = await recover(
      { verdicts: [outvoted([1], [0, 2]), outvoted([1], [0, 3])], replaced: [false] },
      5,
    );
    expect(calls).toEqual([
      "witness 2",
      "replace 1 by 2",
      "discard 2",
      "witness 3",
      "replace 1 by 3",
      "discard 3",
      "roll back",
    ]);
    expect(outcome).toMatchObject({ by: "rollback", attempts: 3 });
  });

  it("tries no more witnesses once two of no use claimed the same", async () => {
    const { outcome, calls } = await recover({ repeated: [false, true] }, 5);
    expect(calls).toEqual(["witness 2", "discard 2", "witness 3", "discard 3", "roll back"]);
    expect(outcome).toMatchObject({ by: "rollback", attempts: 3 });
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

describe("third-replica where three run", () => {
  const three = async (script: Script, absent: number[] = []): ReturnType<typeof recover> => {
    const mechanism = fakeMechanism({ witness: 3, ...script });
    const replicas = [0, 1, 2].filter((replica) => !absent.includes(replica));
    const outcome = await thirdReplica
      .create({ attempts: 2 })
      .recover({ ...divergence, replicas, absent }, mechanism);
    return { outcome, calls: mechanism.calls };
  };

  it.each([[[]], [[1]]])(
    "has them vote before a new one takes the loser's place (dead: %j)",
    async (dead) => {
      const { outcome, calls } = await three(
        { votes: [outvoted([1], [0, 2])], verdicts: [{ kind: "agreed" }] },
        dead,
      );
      expect(calls).toEqual(["vote", "discard 1", "witness 3", "replace  by 3"]);
      expect(outcome).toEqual({ kind: "recovered", by: "third-replica", blamed: [1], attempts: 1 });
    },
  );

  it("needs no witness when all agree after all", async () => {
    const { outcome, calls } = await three({ votes: [{ kind: "agreed" }] });
    expect(calls).toEqual(["vote"]);
    expect(outcome).toMatchObject({ kind: "recovered", blamed: [] });
  });

  it("tries another new one when the first is wrong itself", async () => {
    const { outcome, calls } = await three({
      votes: [outvoted([1], [0, 2])],
      verdicts: [outvoted([3], [0, 2]), { kind: "agreed" }],
    });
    expect(calls.slice(2)).toEqual(["witness 3", "discard 3", "witness 4", "replace  by 4"]);
    expect(outcome).toMatchObject({ blamed: [1], attempts: 2 });
  });

  it("lets a witness decide what three cannot", async () => {
    const { outcome, calls } = await three({ verdicts: [outvoted([1], [0, 2, 3])] });
    expect(calls).toEqual(["vote", "witness 3", "replace 1 by 3"]);
    expect(outcome).toMatchObject({ blamed: [1], attempts: 1 });
  });

  it("rolls everything back when nobody can be three again, and blames the outvoted", async () => {
    const { outcome, calls } = await three({ votes: [outvoted([1], [0, 2])] });
    expect(calls.slice(2)).toEqual([
      "witness 3",
      "discard 3",
      "witness 4",
      "discard 4",
      "roll back",
    ]);
    expect(outcome).toMatchObject({ by: "rollback", blamed: [1], suspected: [0, 2], attempts: 3 });
  });
});
