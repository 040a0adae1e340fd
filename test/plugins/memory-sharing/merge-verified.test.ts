import { describe, expect, it } from "vitest";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { recordingMechanism } from "./recording-mechanism.ts";

describe("merge-verified", () => {
  it("leaves a new replica on shared frames", () => {
    const mechanism = recordingMechanism();
    mergeVerified.create({}).replicaStarted(2, [4, 9], mechanism);
    expect(mechanism.calls).toEqual([]);
  });

  it("hands the first replica's frame over and has all others share it", () => {
    const mechanism = recordingMechanism();
    mergeVerified.create({}).pagesVerified([3, 7], [0, 2], mechanism);
    expect(mechanism.calls).toEqual(["promote 0/3,7", "share 2/3,7"]);
  });

  it("has nothing to do when no page was written", () => {
    const mechanism = recordingMechanism();
    mergeVerified.create({}).pagesVerified([], [0, 1], mechanism);
    expect(mechanism.calls).toEqual([]);
  });
});
