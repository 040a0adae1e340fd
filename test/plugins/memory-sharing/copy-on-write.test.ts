import { describe, expect, it } from "vitest";
import { copyOnWrite } from "../../../plugins/memory-sharing/copy-on-write.ts";
import { recordingMechanism } from "./recording-mechanism.ts";

describe("copy-on-write", () => {
  it("leaves a new replica on shared frames", () => {
    const mechanism = recordingMechanism();
    copyOnWrite.create({}).replicaStarted(2, [4, 9], mechanism);
    expect(mechanism.calls).toEqual([]);
  });

  it("hands the first replica's frame over and leaves the others theirs", () => {
    const mechanism = recordingMechanism();
    copyOnWrite.create({}).pagesVerified([3, 7], [0, 2], mechanism);
    expect(mechanism.calls).toEqual(["promote 0/3,7", "protect 2/3,7"]);
  });

  it("has nothing to do when no page was written", () => {
    const mechanism = recordingMechanism();
    copyOnWrite.create({}).pagesVerified([], [0, 1], mechanism);
    expect(mechanism.calls).toEqual([]);
  });
});
