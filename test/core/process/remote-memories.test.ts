// Memories that are apart, with handles of replicas and without their processes.
import { describe, expect, it } from "vitest";
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { allocateShared, planSeparateLayouts } from "../../../core/memory/shared-layout.ts";
import type {
  MemoryAnswer,
  MemoryDigest,
  MemoryOrder,
} from "../../../core/process/memory-order.ts";
import { OwnMemory } from "../../../core/process/own-memory.ts";
import { RemoteMemories } from "../../../core/process/remote-memories.ts";
import { ReplicaHandle } from "../../../core/replica/replica-handle.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";

const PAGES = 600;
const layouts = planSeparateLayouts(PAGES * 4096, 4096, 2);

interface Apart {
  readonly handle: ReplicaHandle;
  readonly own: OwnMemory;
  readonly guest: ReplicaMemory;
}

interface Script {
  readonly answering: Answering;
  /** What goes with a saved state. */
  readonly digesting?: (memory: MemoryDigest) => MemoryDigest;
}

type Answering = (own: OwnMemory, order: MemoryOrder) => MemoryAnswer | undefined | "crash";

function apart(replica: number, { answering, digesting = (memory) => memory }: Script): Apart {
  const shared = allocateShared(layouts.replica);
  const own = new OwnMemory(shared, layouts.replica);
  const handle = new ReplicaHandle(
    replica,
    (onReport) => ({
      send: (order) => {
        if (order.kind === "save") {
          const memory = digesting(own.digest(100, PAGES));
          setImmediate(() => onReport({ kind: "state", state: Uint8Array.of(1), memory }));
        } else if (order.kind === "memory") {
          const answer = answering(own, order.order);
          setImmediate(() => {
            if (answer === "crash") onReport({ kind: "crashed", message: "scripted" });
            else if (answer !== undefined) onReport({ kind: "memory", answer });
          });
        }
      },
      terminate: () => Promise.resolve(),
    }),
    () => {},
    () => {},
  );
  return { handle, own, guest: new ReplicaMemory(shared, layouts.replica, 0) };
}

interface Subject {
  readonly memories: RemoteMemories;
  readonly frames: FrameSharing;
  readonly replicas: readonly [Apart, Apart];
  /** Of both: what precedes a comparison. */
  save(): Promise<void>;
  /** Writes the same into both. */
  write(page: number, value: number): void;
}

const honest: Answering = (own, order) => own.obey(order);

function subject(
  answering: Answering = honest,
  other: Answering = honest,
  digesting?: Script["digesting"],
): Subject {
  const frames = new FrameSharing(allocateShared(layouts.checkpoints), layouts.checkpoints);
  const replicas = [
    apart(0, { answering, ...(digesting !== undefined && { digesting }) }),
    apart(1, { answering: other }),
  ] as const;
  const handles = replicas.map(({ handle }) => handle);
  const memories = new RemoteMemories({
    frames,
    layout: layouts.checkpoints,
    handleOf: (replica) => handles[replica],
    quiesce: async () => {
      while (handles.some((handle) => handle.crash === undefined && !handle.isQuiescent)) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  });
  for (const { handle } of replicas) expect(memories.add(handle.replica)).toBe(0);
  return {
    memories,
    frames,
    replicas,
    save: async () => void (await Promise.all(handles.map((handle) => handle.saveState()))),
    write: (page, value) => {
      for (const { guest } of replicas) guest.writeU8(page * 4096, value);
    },
  };
}

const STARTS = [[[0, 1]], [[1, 0]]];

describe("RemoteMemories", () => {
  it("finds equal memories equal, and makes them a checkpoint", async () => {
    const { memories, frames, replicas, save, write } = subject();
    for (let page = 0; page < 300; page++) write(page, page % 250);
    await save();
    const { pages, evaluations, absent } = await memories.compare(STARTS, "written");
    expect([pages.length, absent]).toEqual([300, []]);
    expect(evaluations).toEqual([
      { groups: [[0, 1]], firstPage: undefined },
      { groups: [[1, 0]], firstPage: undefined },
    ]);
    expect(await memories.obtain(pages, [0, 1])).toBe(true);
    mergeVerified.create({ keepPrivateAfter: 0 }).pagesVerified(pages, [0, 1], memories.mechanism);
    memories.checkpointTaken([0, 1]);
    expect(frames.readCheckpoint(299, 0)).toBe(49);
    expect(replicas.map(({ guest }) => guest.dirtyPages)).toEqual([0, 0]);
    expect([memories.framesOf(0), memories.framesOf(1), memories.leaked()]).toEqual([300, 300, 0]);
  });

  it("tells apart what differs, also in pages that only one of them wrote", async () => {
    const { memories, replicas, save, write } = subject();
    write(4, 1);
    replicas[1].guest.writeU8(7 * 4096, 9);
    await save();
    const { pages, evaluations } = await memories.compare(STARTS, "written");
    expect(pages).toEqual([4, 7]);
    expect(evaluations[0]).toEqual({ groups: [[0], [1]], firstPage: 7 });
    expect(evaluations[1]).toEqual({ groups: [[1], [0]], firstPage: 7 });
    expect(await memories.differing([0, 1], 5)).toMatchObject([
      { page: 7, contents: [{ replica: 0 }, { replica: 1 }] },
    ]);
  });

  it("sees a page change that nobody wrote", async () => {
    const { memories, replicas, save, write } = subject();
    write(4, 1);
    memories.checkpointTaken([0, 1]);
    const { guest } = replicas[0];
    new Uint8Array(guest.shared.buffer)[guest.frameForRead(4) + 9] = 77;
    await save();
    const scrubbed = await memories.compare(STARTS, "written");
    expect(scrubbed.evaluations[0]).toEqual({ groups: [[0], [1]], firstPage: 4 });
    const all = await memories.compare(STARTS, "apart");
    expect(all).toMatchObject({ pages: [4], evaluations: [{ groups: [[0], [1]] }, {}] });
  });

  it("repairs one by another, zeros included", async () => {
    const { memories, replicas, save } = subject();
    const [winner, loser] = replicas;
    for (let page = 0; page < 300; page++) winner.guest.writeU8(page * 4096, 1);
    loser.guest.writeU8(500 * 4096, 1);
    loser.guest.writeU8(20 * 4096, 1);
    expect(await memories.repair(0, 1)).toBe(300);
    await save();
    expect((await memories.compare(STARTS, "apart")).evaluations[0]?.groups).toEqual([[0, 1]]);
    expect((await memories.compare(STARTS, "written")).evaluations[0]?.groups).toEqual([[0, 1]]);
    expect(loser.guest.readU8(500 * 4096)).toBe(0);
  });

  it("shows a memory in order", async () => {
    const { memories, replicas } = subject();
    for (const page of [3, 599]) replicas[0].guest.writeU8(page * 4096, page % 256);
    const seen: number[] = [];
    expect(await memories.read(0, (page) => seen.push(page[0] ?? -1))).toBe(true);
    expect(seen).toHaveLength(PAGES);
    expect(seen.flatMap((value, page) => (value === 0 ? [] : [[page, value]]))).toEqual([
      [3, 3],
      [599, 87],
    ]);
  });

  it("believes nobody who sends other pages than were compared", async () => {
    const { memories, frames, replicas, save, write } = subject((own, order) => {
      const answer = own.obey(order);
      if (answer?.kind === "contents") answer.bytes[4096 + 3] = 99;
      return answer;
    });
    for (const page of [3, 4]) write(page, 1);
    await save();
    const { pages } = await memories.compare(STARTS, "written");
    expect(await memories.obtain(pages, [0, 1])).toBe(false);
    expect(replicas[0].handle.crash).toBe("it sent page 0x4 otherwise than it was compared");
    expect(frames.touchedPages()).toEqual([]);
  });

  it.each([
    ["fewer pages", 1],
    ["no page", 0],
  ])("believes nobody who sends %s than were asked for", async (_, count) => {
    const { memories, replicas, save, write } = subject((own, order) =>
      own.obey(order.kind === "fetch" ? { ...order, pages: order.pages.slice(0, count) } : order),
    );
    // Of one content: what is missing would pass for the page before.
    for (const page of [3, 4]) write(page, 1);
    await save();
    const { pages } = await memories.compare(STARTS, "written");
    expect(await memories.obtain(pages, [0, 1])).toBe(false);
    expect(replicas[0].handle.crash).toBe("it answered something else than it was asked");
  });

  it("counts who answers something else as dead", async () => {
    const { memories, replicas, save, write } = subject((own) =>
      own.obey({ kind: "fetch", pages: Uint32Array.of(1) }),
    );
    write(3, 1);
    await save();
    expect((await memories.compare(STARTS, "apart")).absent).toEqual([0]);
    const digests = subject((own) => own.obey({ kind: "digest", pages: "all" }));
    digests.write(3, 1);
    expect(await digests.memories.obtain([3], [0, 1])).toBe(false);
    for (const { handle } of [replicas[0], digests.replicas[0]]) {
      expect(handle.crash).toBe("it answered something else than it was asked");
    }
  });

  it.each(["written", "scrubbed"] as const)(
    "asks nobody for a page beyond the memory that one has %s",
    async (list) => {
      const strange = { pages: Uint32Array.of(PAGES), digests: new BigUint64Array(2) };
      const { memories, replicas, save, write } = subject(honest, honest, (memory) => ({
        ...memory,
        [list]: strange,
      }));
      write(3, 1);
      await save();
      const { pages, evaluations, absent } = await memories.compare(STARTS, "written");
      expect([pages, absent]).toEqual([[3], [0]]);
      expect(evaluations[0]?.groups).toEqual([[1]]);
      expect(replicas[0].handle.crash).toBe("it has a page 0x258, and its machine has not");
      expect(replicas[1].handle.crash).toBeUndefined();
    },
  );

  it("has frames leak where all replicas say so", async () => {
    const lossy =
      (leaked: number): Answering =>
      (own, order) => {
        const answer = own.obey(order);
        return answer?.kind === "digests" ? { ...answer, leaked } : answer;
      };
    const { memories } = subject(lossy(3));
    await memories.compare(STARTS, "apart");
    expect(await memories.read(0, () => {})).toBe(true);
    expect(memories.leaked()).toBe(0);
    const both = subject(lossy(3), lossy(2));
    await both.memories.compare(STARTS, "apart");
    expect(await both.memories.read(1, () => {})).toBe(true);
    expect(both.memories.leaked()).toBe(2);
  });

  it("counts who dies over it as absent", async () => {
    const { memories, replicas, write, save } = subject(() => "crash");
    write(3, 1);
    expect(await memories.read(0, () => {})).toBe(false);
    await save();
    const { evaluations, absent } = await memories.compare(STARTS, "apart");
    expect(absent).toEqual([0]);
    expect(evaluations.map(({ groups }) => groups)).toEqual([[[1]], [[1]]]);
    expect(await memories.repair(1, 0)).toBeUndefined();
    expect(replicas[0].handle.crash).toBe("scripted");
  });

  it("has pages count as written in which an older checkpoint differs", async () => {
    const { memories, frames, replicas, save, write } = subject();
    const checkpoint = async (): Promise<void> => {
      await save();
      const { pages } = await memories.compare(STARTS, "written");
      await memories.obtain(pages, [0, 1]);
      memories.mechanism.promote(0, pages);
      memories.checkpointTaken([0, 1]);
    };
    write(3, 1);
    await checkpoint();
    frames.beginGeneration();
    write(4, 2);
    await checkpoint();
    expect(memories.lackToDemote()).toBe(0);
    memories.demote([0, 1]);
    expect(replicas.map(({ own }) => [...own.digest(0, 0).written.pages])).toEqual([[4], [4]]);
    expect(frames.touchedPages()).toEqual([3]);
  });
});
