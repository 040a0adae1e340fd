import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ExtravirtError } from "../../../core/api/extravirt-error.ts";
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { allocateShared, planSharedLayout } from "../../../core/memory/shared-layout.ts";

const PAGES = 12;
const REPLICAS = [0, 1, 2];

const page = fc.nat(PAGES - 1);
const replica = fc.constantFrom(...REPLICAS);
/** An entry of a page map that a fault made: of a frame that there is, or of none. */
const damage = fc.oneof(fc.nat(160), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32 - 2));

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("write" as const), replica, page }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("checkpoint" as const),
      isHeld: fc.boolean(),
      isNewGeneration: fc.boolean(),
      written: fc.array(fc.tuple(replica, page), { maxLength: 6 }),
      first: replica,
      /** Named once more. */
      again: fc.array(page, { maxLength: 2 }),
      /** Pages that the others don't share. */
      kept: fc.array(page, { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("damage" as const),
      of: fc.constantFrom("map", "candidate", "checkpoint", "newest", "older"),
      replica,
      page,
      entry: damage,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A machine whose pages change hands in a batch, or one by one. */
class Subject {
  readonly frames: FrameSharing;
  readonly #memories: readonly ReplicaMemory[];
  readonly #isBatch: boolean;

  constructor(isBatch: boolean, missingFrames: number) {
    const planned = planSharedLayout(PAGES * 4096, 4096, REPLICAS.length, 2);
    const layout = { ...planned, frameCount: planned.frameCount - missingFrames };
    const shared = allocateShared(planned);
    this.#isBatch = isBatch;
    this.frames = new FrameSharing(shared, layout);
    this.#memories = REPLICAS.map(
      (one) => new ReplicaMemory(shared, layout, this.frames.addReplica(one)),
    );
  }

  /** All tables, as plain numbers. */
  get tables(): object {
    const { owners, ownerCounts, checkpointMap, checkpointMapCopy, newest, older, arenas } =
      this.frames.tables;
    return {
      owners: [...owners],
      counts: [...ownerCounts],
      checkpoint: [...checkpointMap],
      copy: [...checkpointMapCopy],
      newest: [...newest],
      older: [...older],
      maps: arenas.map(({ map }) => [...map]),
      candidates: arenas.map(({ candidate }) => [...candidate]),
      touched: this.frames.touchedPageCount,
      generations: this.frames.generationCount,
    };
  }

  /** @returns code of the error that ended it */
  do(one: Step): string | undefined {
    try {
      this.#do(one);
      return undefined;
    } catch (error) {
      if (error instanceof ExtravirtError) return error.code;
      throw error;
    }
  }

  #write(who: number, where: number): void {
    try {
      this.#memories[who]?.writeU32(where * 4096, 1);
    } catch (error) {
      // Of a damaged entry: the replica dies, and its tables stay as they are.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #do(one: Step): void {
    const { frames } = this;
    switch (one.kind) {
      case "write":
        this.#write(one.replica, one.page);
        break;
      case "damage": {
        const { checkpointMap, newest, older, arenas } = frames.tables;
        const { map, candidate } = arenas[one.replica]!;
        const tables = { map, candidate, checkpoint: checkpointMap, newest, older };
        tables[one.of]![one.page] = one.entry;
        break;
      }
      case "drop":
        if (frames.generationCount > 1) frames.dropOldestGeneration();
        break;
      case "checkpoint":
        this.#checkpoint(one);
    }
  }

  #checkpoint(one: Step & { readonly kind: "checkpoint" }): void {
    const { frames } = this;
    const pages = frames.dirtyPages(...REPLICAS);
    if (one.isHeld && pages.length <= frames.mostHeld) {
      frames.holdPages();
      frames.adoptHeld();
      for (const [who, where] of one.written) this.#write(who, where);
    }
    if (one.isNewGeneration) frames.beginGeneration();
    const handOver = (): void => {
      frames.promote(one.first, [...pages, ...one.again]);
      for (const other of REPLICAS.filter((number) => number !== one.first)) {
        frames.shareWithCheckpoint(
          other,
          pages.filter((number) => !one.kept.includes(number)),
        );
        frames.protect(other, one.kept);
      }
      frames.endVerified();
    };
    if (this.#isBatch) frames.pool.inBatch(handOver);
    else handOver();
  }
}

describe("SharingBooks", () => {
  it("does to many pages at once what is done to one after the other, damaged tables or not", () => {
    let checkpoints = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(20), (steps, missingFrames) => {
        const [batch, single] = [true, false].map((isBatch) => new Subject(isBatch, missingFrames));
        for (const one of steps) {
          const ends = [batch, single].map((subject) => subject!.do(one));
          expect(ends[0]).toBe(ends[1]);
          if (ends[0] !== undefined) return;
          expect(batch!.tables).toEqual(single!.tables);
          if (one.kind === "checkpoint") checkpoints++;
        }
      }),
      { numRuns: 400 },
    );
    // 400 runs have 560 on average, give or take 40.
    expect(checkpoints).toBeGreaterThan(300);
  });

  it("leaves out pages that the machine does not have", () => {
    const subject = new Subject(true, 0);
    subject.do({ kind: "write", replica: 0, page: 3 });
    const before = subject.tables;
    subject.frames.pool.inBatch(() => {
      subject.frames.promote(0, [PAGES, 2 ** 32 - 1]);
      subject.frames.shareWithCheckpoint(0, [PAGES]);
    });
    expect(subject.tables).toEqual(before);
  });

  it("says what to change when the host refuses memory for them", () => {
    const layout = planSharedLayout(PAGES * 4096, 4096, 1);
    const shared = allocateShared(layout);
    const refused = vi.spyOn(WebAssembly, "Memory").mockImplementation(() => {
      throw new RangeError("could not allocate memory");
    });
    try {
      expect(() => new FrameSharing(shared, layout)).toThrow(
        expect.objectContaining({
          code: "XV_ERR_MEMORY_HOST_REFUSED",
          message: expect.stringContaining("tables of memory sharing"),
        }),
      );
    } finally {
      refused.mockRestore();
    }
  });
});
