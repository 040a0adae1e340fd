import { describe, expect, it } from "vitest";
import { RemoteSharing } from "../../../core/process/remote-sharing.ts";
import { ZERO_PAGE } from "../../../core/index.ts";
import { createTestMemory } from "../memory/shared-memory.ts";

const page = (value: number): Uint8Array => new Uint8Array(4096).fill(value);

describe("RemoteSharing", () => {
  it("puts pages that were obtained into the checkpoint, older ones kept", () => {
    const { frames } = createTestMemory(16, 1, 2);
    const sharing = new RemoteSharing(frames);
    sharing.stage(3, page(1));
    sharing.promote(0, [3]);
    frames.beginGeneration();
    sharing.forget();
    sharing.stage(3, page(2));
    sharing.copyToCheckpoint(0, [3]);
    expect(frames.readCheckpoint(3, 9)).toBe(2);
    frames.demoteNewestGeneration([]);
    expect(frames.readCheckpoint(3, 9)).toBe(1);
  });

  it("makes up no page", () => {
    const sharing = new RemoteSharing(createTestMemory().frames);
    sharing.stage(3, page(1));
    sharing.forget();
    expect(() => sharing.promote(0, [3])).toThrow("page 3 was not obtained");
  });

  it("lets pages of the checkpoint share a frame", () => {
    const { frames } = createTestMemory();
    const sharing = new RemoteSharing(frames);
    for (const each of [3, 4]) sharing.stage(each, page(1));
    sharing.promote(0, [3, 4]);
    expect(sharing.isSameFrame(3, 4)).toBe(false);
    expect(sharing.hashCheckpoint(3)).toBe(sharing.hashCheckpoint(4));
    expect([sharing.mergePages(3, 4), sharing.mergePages(3, ZERO_PAGE)]).toEqual([true, false]);
    expect(sharing.isSameFrame(3, 4)).toBe(true);
    expect(sharing.pagesUnlikeCheckpoint()).toEqual([]);
  });
});
