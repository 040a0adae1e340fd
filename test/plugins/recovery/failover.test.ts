import { describe, expect, it } from "vitest";
import type { Divergence, RecoveryOutcome } from "../../../core/index.ts";
import { failover } from "../../../plugins/recovery/failover.ts";
import { divergence, fakeMechanism, type Script } from "./fake-mechanism.ts";

async function recover(
  found: Partial<Divergence>,
  script: Script = {},
  reprotect = true,
): Promise<{ outcome: RecoveryOutcome; calls: readonly string[] }> {
  const mechanism = fakeMechanism(script);
  const outcome = await failover
    .create({ reprotect, attempts: 2 })
    .recover({ ...divergence, signal: "crash", ...found }, mechanism);
  return { outcome, calls: mechanism.calls };
}

const primaryDied = { replicas: [1], absent: [0] };

describe("failover", () => {
  it.each([primaryDied, { replicas: [0], absent: [1] }])(
    "goes on with who is left, and makes a new backup (%j)",
    async (found) => {
      const { outcome, calls } = await recover(found);
      expect(calls).toEqual([`discard ${found.absent[0]}`, "add"]);
      expect(outcome).toEqual({
        kind: "recovered",
        by: "failover",
        blamed: found.absent,
        attempts: 1,
      });
    },
  );

  it("goes on alone where no new backup is wanted, and says so", async () => {
    const { outcome, calls } = await recover(primaryDied, {}, false);
    expect(calls).toEqual(["discard 0"]);
    expect(outcome).toMatchObject({ kind: "recovered", blamed: [0], left: 1 });
  });

  it("goes on alone when each new backup dies", async () => {
    const { outcome, calls } = await recover(primaryDied, { added: ["died"] });
    expect(calls).toEqual(["discard 0", "add", "add"]);
    expect(outcome).toMatchObject({ kind: "recovered", attempts: 2, left: 1 });
  });

  it("tries another backup after one that contradicts, and stops when one did and none is added", async () => {
    const again = await recover(primaryDied, { added: ["contradicted", "added"] });
    expect(again.outcome).toMatchObject({ kind: "recovered", attempts: 2 });
    for (const added of [
      ["died", "contradicted"],
      ["contradicted", "died"],
    ] as const) {
      const never = await recover(primaryDied, { added });
      expect(never.outcome).toEqual({
        kind: "stopped",
        why: "no replay agrees with what the primary did and released",
      });
    }
  });

  it("stops when nobody is left", async () => {
    const { outcome } = await recover({ replicas: [], absent: [0, 1] });
    expect(outcome).toEqual({ kind: "stopped", why: "nobody is left who could take over" });
  });

  it("stops when states differ: of two nobody can say who is wrong", async () => {
    const found = { signal: "state", detail: "page 0x30 differs" } as const;
    const { outcome, calls } = await recover(found);
    expect(calls).toEqual(["vote"]);
    expect(outcome).toEqual({
      kind: "stopped",
      why: "page 0x30 differs, and nobody can say which of two is wrong",
    });
    const agreed = await recover(found, { votes: [{ kind: "agreed" }] });
    expect(agreed.outcome).toMatchObject({ kind: "recovered", blamed: [] });
  });
});
