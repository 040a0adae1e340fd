import { describe, expect, it } from "vitest";
import { failStop } from "../../../plugins/recovery/fail-stop.ts";
import { divergence, fakeMechanism } from "./fake-mechanism.ts";

describe("fail-stop", () => {
  it("stops, says what was seen, and touches no replica", async () => {
    const mechanism = fakeMechanism({});
    expect(await failStop.create({}).recover(divergence, mechanism)).toEqual({
      kind: "stopped",
      why: "divergence (ballots): output 0 on uart0 differs",
    });
    expect(mechanism.calls).toEqual([]);
  });
});
