import { beforeEach, describe, expect, it } from "vitest";
import { CheckpointScrubber } from "../../../core/integrity/checkpoint-scrubber.ts";
import { FrameAudit } from "../../../core/integrity/frame-audit.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { HELD, OWNER } from "../../../core/memory/shared-layout.ts";
import type { SharingTables } from "../../../core/memory/sharing-tables.ts";
import { createTestMemory, type TestMemory } from "../memory/shared-memory.ts";

const PAGE = 3;
const WRITTEN = 6;

describe("an audit of frames", () => {
  let memory: TestMemory;
  let watch: IntegrityWatch;
  let audit: FrameAudit;
  let given: [number, string][];
  let tables: SharingTables;
  let replicas: readonly ReplicaMemory[];

  const all = (): void => audit.step(100);
  const arena = (replica: number): SharingTables["arenas"][number] => {
    const found = tables.arenas.find((one) => one.replica === replica);
    if (found === undefined) throw new Error("no such replica");
    return found;
  };
  const frameAt = (replica: number, page: number): number => (arena(replica).map[page] ?? 0) >>> 1;

  beforeEach(() => {
    memory = createTestMemory();
    const { frames, shared, layout } = memory;
    for (const page of [1, PAGE, 5]) frames.load(page * 4096, new Uint8Array(4096).fill(page));
    watch = new IntegrityWatch();
    given = [];
    replicas = [0, 1].map(
      (replica) => new ReplicaMemory(shared, layout, frames.addReplica(replica)),
    );
    for (const replica of replicas) replica.writeU8(WRITTEN * 4096, 1);
    const scrubber = new CheckpointScrubber(frames, watch);
    scrubber.step(10, 0);
    tables = frames.tables;
    audit = new FrameAudit({
      watch,
      tables: () => frames.tables,
      fits: (page, frame) => scrubber.fits(page, frame),
      giveUp: (replica, why) => given.push([replica, why]),
    });
  });

  it("finds nothing wrong with what is right, however it is cut", () => {
    for (let times = 0; times < 20; times++) audit.step(3);
    all();
    audit.auditCheckpoint();
    expect([watch.found, given]).toEqual([[], []]);
  });

  it.each<[string, (map: Uint32Array, copy: Uint32Array) => void]>([
    ["the map", (map) => (map[PAGE] = (map[PAGE] ?? 0) ^ 8)],
    ["the map, which names another page's frame", (map) => (map[PAGE] = map[1] ?? 0)],
    ["the map, which says that it is written", (map) => (map[PAGE] = (map[PAGE] ?? 0) | 1)],
    ["its second copy", (_map, copy) => (copy[PAGE] = (copy[PAGE] ?? 0) ^ 8)],
  ])("puts the checkpoint's map right when %s changed", (_what, damage) => {
    const { checkpointMap, checkpointMapCopy } = tables;
    const right = [...checkpointMap];
    for (const check of [all, () => audit.auditCheckpoint()]) {
      damage(checkpointMap, checkpointMapCopy);
      check();
      expect([...checkpointMap]).toEqual(right);
      expect([...checkpointMapCopy]).toEqual(right);
    }
    expect(watch.found).toHaveLength(2);
    expect(given).toEqual([]);
  });

  it("stops when neither copy of the checkpoint's map can be right", () => {
    tables.checkpointMap[PAGE] = 60;
    tables.checkpointMapCopy[PAGE] = 62;
    expect(all).toThrow(IntegrityBreach);
  });

  it("counts again how often the checkpoint needs a frame", () => {
    const frame = frameAt(0, PAGE);
    tables.newest[frame] = 9;
    audit.auditCheckpoint();
    expect(tables.newest[frame]).toBe(1);
    expect(watch.found).toHaveLength(1);
    tables.older[frame] = 3;
    audit.auditCheckpoint();
    expect(tables.older[frame]).toBe(0);
    expect(watch.found).toHaveLength(2);
    audit.auditCheckpoint();
    expect(watch.found).toHaveLength(2);
  });

  it("knows whose the zero page is", () => {
    tables.owners[0] = 0;
    all();
    expect(tables.owners[0]).toBe(1);
    expect(given).toEqual([]);
  });

  it("takes nothing for the checkpoint's that it does not need", () => {
    const free = tables.owners.indexOf(0, 1);
    tables.newest[free] = 2;
    all();
    expect([tables.newest[free], tables.owners[free]]).toEqual([0, 0]);
    tables.owners[free] = 1;
    all();
    expect(tables.owners[free]).toBe(0);
    expect(watch.found).toHaveLength(2);
  });

  it.each([0, 1, 2, 200])("gives the checkpoint its frame back from owner %i", (owner) => {
    const frame = frameAt(0, PAGE);
    tables.owners[frame] = owner;
    all();
    expect(tables.owners[frame]).toBe(1);
    // A wrong owner is an error of the table, whoever reads the frame.
    expect(watch.found.filter(({ record }) => record === `owner of frame ${frame}`)).toHaveLength(
      owner === 1 ? 0 : 1,
    );
  });

  it.each([0, 1, 2])("gives a replica the frame back that it writes, from owner %i", (owner) => {
    const frame = frameAt(1, WRITTEN);
    tables.owners[frame] = owner;
    all();
    expect(tables.owners[frame]).toBe(arena(1).owner);
    expect(watch.found).toMatchObject([{ record: `owner of frame ${frame}` }]);
    expect(given).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["reads a page in another page's frame", () => (arena(1).map[PAGE] = arena(1).map[1] ?? 0)],
    ["reads a page in a frame that nobody has", () => (arena(1).map[PAGE] = 60)],
    ["reads a page in no frame at all", () => (arena(1).map[PAGE] = 0xffff_fff0)],
    [
      "may write a frame of the checkpoint",
      () => (arena(1).map[PAGE] = (arena(1).map[PAGE] ?? 0) | 1),
    ],
    [
      "may write what another replica has",
      () => (arena(1).map[WRITTEN] = arena(0).map[WRITTEN] ?? 0),
    ],
    ["has more written pages than there are", () => (arena(1).dirty[0] = 1000)],
    ["lists a page that it did not write", () => (arena(1).dirty[1] = PAGE)],
    ["lists a page that does not exist", () => (arena(1).dirty[1] = 77)],
  ])("gives a replica up that %s, and no other", (_what, damage) => {
    damage();
    all();
    expect(given.map(([replica]) => replica)).toEqual([1]);
  });

  it("gives nobody up who holds its pages between two looks", () => {
    const { dirty } = arena(1);
    const holding = new Proxy(dirty, {
      get: (list, name) => {
        const value: unknown = Reflect.get(list, name, list);
        if (name === "1") replicas[1]?.hold(100);
        return value;
      },
    });
    const seen = { ...tables, arenas: [arena(0), { ...arena(1), dirty: holding }] };
    const giveUp = (replica: number, why: string): void => void given.push([replica, why]);
    new FrameAudit({ watch, tables: () => seen, fits: () => undefined, giveUp }).step(100);
    expect(dirty[0]).toBe(0);
    expect(given).toEqual([]);
  });

  describe("while a checkpoint is in the making", () => {
    beforeEach(() => {
      memory.frames.holdPages();
      memory.frames.adoptHeld();
    });

    it("leaves a frame of it to it, whoever the owner table names", () => {
      const frame = frameAt(1, WRITTEN);
      expect(tables.owners[frame]).toBe(OWNER.candidate);
      tables.owners[frame] = OWNER.checkpoint;
      all();
      expect(tables.owners[frame]).toBe(OWNER.candidate);
      expect(watch.found).toMatchObject([{ record: `owner of frame ${frame}` }]);
      expect(given).toEqual([]);
    });

    it("disposes of no frame that is somebody else's, whatever it says itself", () => {
      const { candidate } = arena(1);
      const frame = frameAt(0, PAGE);
      candidate[WRITTEN] = ((frame << 1) | HELD) >>> 0;
      memory.frames.withdrawCandidate([0, 1]);
      expect(tables.owners[frame]).toBe(OWNER.checkpoint);
      expect(memory.frames.checkpointOffset(PAGE)).toBe(memory.frames.pool.offsetOf(frame));
    });
  });
});
