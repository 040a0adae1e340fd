import { describe, expect, it } from "vitest";
import { privateMemory } from "../../../plugins/memory-sharing/private.ts";
import { recordingMechanism } from "./recording-mechanism.ts";

describe("private", () => {
  it("gives a new replica copies of all pages in use", () => {
    const mechanism = recordingMechanism();
    privateMemory.create({}).replicaStarted(2, [4, 9], mechanism);
    expect(mechanism.calls).toEqual(["copy 2/4,9"]);
  });

  it("keeps a copy of the first replica's page and leaves everybody his own", () => {
    const mechanism = recordingMechanism();
    privateMemory.create({}).pagesVerified([3, 7], [0, 2], mechanism);
    expect(mechanism.calls).toEqual(["keep 0/3,7", "protect 0/3,7", "protect 2/3,7"]);
  });

  it("has nothing to do when no page was written", () => {
    const mechanism = recordingMechanism();
    privateMemory.create({}).pagesVerified([], [0, 1], mechanism);
    expect(mechanism.calls).toEqual([]);
  });
});
