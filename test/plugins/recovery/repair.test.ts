import { describe, expect, it } from "vitest";
import type { RecoveryOutcome, Verdict } from "../../../core/index.ts";
import { repair } from "../../../plugins/recovery/repair.ts";
import { divergence, fakeMechanism, undecided, type Script } from "./fake-mechanism.ts";

const outvoted = (losers: number[], winners: number[]): Verdict => ({
  kind: "outvoted",
  winners,
  losers,
});

async function recover(
  script: Script,
  replicas: readonly number[] = [0, 1],
): Promise<{ outcome: RecoveryOutcome; calls: readonly string[] }> {
  const mechanism = fakeMechanism({ witness: replicas.length, ...script });
  const outcome = await repair
    .create({ attempts: 2 })
    .recover({ ...divergence, replicas }, mechanism);
  return { outcome, calls: mechanism.calls };
}

describe("repair", () => {
  it("repairs the loser of two once a witness has decided, and lets the witness go", async () => {
    const { outcome, calls } = await recover({ verdicts: [outvoted([1], [0, 2])] });
    expect(calls).toEqual(["witness 2", "repair 1", "discard 2"]);
    expect(outcome).toEqual({
      kind: "recovered",
      by: "repair",
      blamed: [1],
      attempts: 1,
      pagesCopied: 5,
    });
  });

  it("needs no witness where two of three agree", async () => {
    const { outcome, calls } = await recover({ votes: [outvoted([1], [0, 2])] }, [0, 1, 2]);
    expect(calls).toEqual(["vote", "repair 1"]);
    expect(outcome).toMatchObject({ by: "repair", blamed: [1], pagesCopied: 5 });
  });

  it("replaces who cannot be repaired, of two and of three", async () => {
    const two = await recover({ verdicts: [outvoted([1], [0, 2])], repaired: [undefined] });
    expect(two.calls).toEqual(["witness 2", "repair 1", "replace 1 by 2"]);
    expect(two.outcome).toMatchObject({ by: "repair", blamed: [1] });
    expect(two.outcome).not.toHaveProperty("pagesCopied");
    const three = await recover(
      { votes: [outvoted([1], [0, 2])], verdicts: [{ kind: "agreed" }], repaired: [undefined] },
      [0, 1, 2],
    );
    expect(three.calls).toEqual(["vote", "repair 1", "discard 1", "witness 3", "replace  by 3"]);
    expect(three.outcome).toMatchObject({ by: "repair", blamed: [1] });
  });

  it("does not repair anybody on the word of a witness that was outvoted itself", async () => {
    const { calls } = await recover({ verdicts: [outvoted([2], [0, 1]), outvoted([0], [1, 3])] });
    expect(calls).toEqual(["witness 2", "discard 2", "witness 3", "repair 0", "discard 3"]);
  });

  it("rolls back in the end, and blames nobody", async () => {
    const { outcome, calls } = await recover({ verdicts: [undecided] });
    expect(calls.slice(-1)).toEqual(["roll back"]);
    expect(outcome).toMatchObject({ by: "rollback", blamed: [] });
  });
});
