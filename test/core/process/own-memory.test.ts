import { describe, expect, it } from "vitest";
import { BytesDigester } from "../../../core/memory/page-digest.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { allocateShared, planSeparateLayouts } from "../../../core/memory/shared-layout.ts";
import { OwnMemory } from "../../../core/process/own-memory.ts";

const PAGES = 16;

function subject(): { readonly own: OwnMemory; readonly guest: ReplicaMemory } {
  const { replica: layout } = planSeparateLayouts(PAGES * 4096, 4096, 1);
  const shared = allocateShared(layout);
  const own = new OwnMemory(shared, layout);
  own.load({
    pages: Uint32Array.of(2, 3),
    bytes: Uint8Array.from({ length: 8192 }, (_, at) => at >> 12),
  });
  return { own, guest: new ReplicaMemory(shared, layout, 0) };
}

const pagesOf = (own: OwnMemory): number[] => [...own.digest(0, 0).written.pages];

describe("OwnMemory", () => {
  it("has the checkpoint's pages, of which none counts as written", () => {
    const { own, guest } = subject();
    expect([guest.readU8(2 * 4096), guest.readU8(3 * 4096), guest.dirtyPages]).toEqual([0, 1, 0]);
    expect(own.digest(0, 0).frames).toBe(2);
  });

  it("digests what was written, and all that there is", () => {
    const { own, guest } = subject();
    guest.writeU8(9 * 4096, 5);
    guest.writeU8(3 * 4096 + 7, 6);
    const { written } = own.digest(0, 0);
    expect([...written.pages]).toEqual([3, 9]);
    const page = new Uint8Array(4096);
    page[0] = 5;
    expect([...written.digests.subarray(2)]).toEqual([...new BytesDigester().digest(page)]);
    expect(own.obey({ kind: "digest", pages: "all" })).toMatchObject({
      pages: Uint32Array.of(2, 3, 9),
      leaked: 0,
    });
    const some = own.obey({ kind: "digest", pages: Uint32Array.of(9, 10) });
    expect(some).toMatchObject({ digests: { length: 4 } });
  });

  it("digests pages that nobody wrote, others at each boundary, and in the end all of them", () => {
    const { own, guest } = subject();
    guest.writeU8(3 * 4096, 5);
    expect([...own.digest(1, PAGES).scrubbed.pages]).toEqual([2]);
    expect(own.digest(1, 0).scrubbed.pages).toHaveLength(0);
    const seen = Array.from(
      { length: 200 },
      (_, step) => own.digest(step * 1000, 4).scrubbed.pages,
    );
    const hits = seen.filter((pages) => pages.length === 1).length;
    // A quarter of the memory each time.
    expect(hits).toBeGreaterThan(20);
    expect(hits).toBeLessThan(100);
  });

  it("forgets at a checkpoint what was written, and is told what counts as written", () => {
    const { own, guest } = subject();
    guest.writeU8(3 * 4096, 5);
    own.obey({ kind: "checkpoint-taken" });
    expect([pagesOf(own), guest.isWritable(3)]).toEqual([[], false]);
    own.obey({ kind: "mark-written", pages: Uint32Array.of(2, 11) });
    expect(pagesOf(own)).toEqual([2, 11]);
    expect([guest.readU8(2 * 4096), guest.readU8(11 * 4096)]).toEqual([0, 0]);
  });

  it("gives pages away and takes others", () => {
    const { own, guest } = subject();
    const bytes = new Uint8Array(8192).fill(7);
    own.obey({ kind: "overwrite", pages: Uint32Array.of(3, 5), bytes });
    expect([guest.readU8(3 * 4096 + 9), guest.readU8(5 * 4096), pagesOf(own)]).toEqual([
      7,
      7,
      [3, 5],
    ]);
    expect(own.obey({ kind: "fetch", pages: Uint32Array.of(5, 6) })).toEqual({
      kind: "contents",
      pages: Uint32Array.of(5, 6),
      bytes: Uint8Array.from({ length: 8192 }, (_, at) => (at < 4096 ? 7 : 0)),
    });
  });

  it("touches no page that the machine has not", () => {
    const { own } = subject();
    const pages = Uint32Array.of(PAGES);
    expect(() => own.obey({ kind: "fetch", pages })).toThrow(RangeError);
    expect(() => own.obey({ kind: "mark-written", pages })).toThrow("page 16 is not one");
  });
});
