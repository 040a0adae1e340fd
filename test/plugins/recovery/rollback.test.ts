import { describe, expect, it } from "vitest";
import { rollback } from "../../../plugins/recovery/rollback.ts";
import { divergence, fakeMechanism } from "./fake-mechanism.ts";

describe("rollback", () => {
  it("is done when the first re-execution agrees, and blames nobody", async () => {
    const mechanism = fakeMechanism({});
    expect(await rollback.create({ attempts: 3 }).recover(divergence, mechanism)).toEqual({
      kind: "recovered",
      by: "rollback",
      blamed: [],
      attempts: 1,
    });
    expect(mechanism.calls).toEqual(["roll back"]);
  });

  it("tries again", async () => {
    const mechanism = fakeMechanism({ rolledBack: [false, false, true] });
    expect(await rollback.create({ attempts: 3 }).recover(divergence, mechanism)).toMatchObject({
      kind: "recovered",
      attempts: 3,
    });
  });

  it("stops after its attempts", async () => {
    const mechanism = fakeMechanism({ rolledBack: [false] });
    expect(await rollback.create({ attempts: 2 }).recover(divergence, mechanism)).toEqual({
      kind: "stopped",
      why: "re-execution kept disagreeing",
    });
    expect(mechanism.calls).toEqual(["roll back", "roll back"]);
  });
});
