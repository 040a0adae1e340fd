// Shared memory with replicas beside a plain model of what each must see, and the invariants that tie the two together.
// A page is modelled by one number, written to a word of the page; all other bytes stay zero or as loaded.
import type { MemorySharing, MemorySharingProvider } from "../../../core/index.ts";
import { defaultOptionsOf } from "../../../core/config/default-options.ts";
import type { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER } from "../../../core/memory/shared-layout.ts";
import { createTestMemory, type TestMemory } from "../../core/memory/shared-memory.ts";

export const PAGES = 6;
export const MAX_REPLICAS = 3;
const MAX_GENERATIONS = 3;
const LOADED_PAGES = 3;
/** Where in a page its value stands. */
const WORD = 0x120;

interface LiveReplica {
  readonly memory: ReplicaMemory;
  readonly values: number[];
  /** Pages that a fault changed, which it has not written since and nobody compared. */
  readonly struck: Set<number>;
}

/** A checkpoint in the making. */
interface HeldCheckpoint {
  readonly values: readonly number[];
  readonly pages: readonly number[];
  readonly isKept: boolean;
}

/** A broken invariant: what a conformance kit must find. */
export class BrokenInvariant extends Error {}

export class SharingModel {
  readonly replicas: Map<number, LiveReplica> = new Map();
  readonly #sharing: MemorySharing;
  readonly #memory: TestMemory;
  readonly #frames: FrameSharing;
  /** Values of the checkpoints that are kept, oldest first. */
  readonly #checkpoints: number[][] = [];
  readonly #hasRoom: boolean;
  #held: HeldCheckpoint | undefined;
  #nextReplica = 0;

  /** @param hasRoom false: replicas need the frames of older checkpoints */
  constructor(provider: MemorySharingProvider, hasRoom = true) {
    this.#hasRoom = hasRoom;
    this.#memory = createTestMemory(PAGES, MAX_REPLICAS, hasRoom ? MAX_GENERATIONS : 1);
    this.#frames = this.#memory.frames;
    this.#sharing = provider.create(defaultOptionsOf(provider));
    const loaded = Array.from({ length: PAGES }, () => 0);
    this.#checkpoints.push(loaded);
    for (let page = 0; page < LOADED_PAGES; page++) {
      const bytes = new Uint8Array(4096);
      new DataView(bytes.buffer).setUint32(WORD, page + 1, true);
      this.#frames.load(page * 4096, bytes);
      loaded[page] = page + 1;
    }
  }

  get #checkpoint(): number[] {
    return this.#checkpoints.at(-1) ?? [];
  }

  /** A new replica, in the state of the checkpoint. */
  spawn(): void {
    this.complete();
    if (this.replicas.size === MAX_REPLICAS) return;
    const replica = this.#nextReplica++;
    const arena = this.#frames.addReplica(replica);
    this.#sharing.replicaStarted(replica, this.#frames.touchedPages(), this.#frames);
    const memory = new ReplicaMemory(this.#memory.shared, this.#memory.layout, arena);
    this.replicas.set(replica, { memory, values: [...this.#checkpoint], struck: new Set() });
  }

  discard(replica: number): void {
    this.complete();
    this.#frames.removeReplica(replica);
    this.replicas.delete(replica);
  }

  write(replica: number, page: number, value: number): void {
    const live = this.replicas.get(replica);
    if (live === undefined) return;
    live.memory.writeU32(page * 4096 + WORD, value);
    live.values[page] = value;
    live.struck.delete(page);
  }

  /** A fault changes a page of the replica's own that it has not written since the checkpoint. */
  strike(replica: number, page: number, value: number): void {
    const live = this.replicas.get(replica);
    const offset = this.#frames.offsetIn(replica, page);
    const owner = this.#frames.pool.ownerOf(this.#frameAt(offset));
    const isOwn = owner === this.#frames.ownerOf(replica);
    if (live === undefined || !isOwn || live.memory.isWritable(page)) return;
    if (live.values[page] === value) return;
    new DataView(this.#memory.shared.buffer).setUint32(offset + WORD, value, true);
    live.values[page] = value;
    live.struck.add(page);
  }

  /**
   * Brings all replicas to the contents of one of them, then takes a checkpoint as the coordinator does.
   * @param isKept the checkpoint before it becomes an older generation
   * @param isHeld its pages are held, for comparison while replicas run: `complete` or `withdraw` follows
   */
  checkpoint(leader: number, isKept: boolean, isHeld = false): void {
    this.complete();
    const values = this.replicas.get(leader)?.values;
    if (values === undefined) return;
    const verified = values.map((value, page) => {
      // Nobody compares a page that nobody wrote.
      if (this.#isOnlyStruck(page)) return this.#checkpoint[page] ?? 0;
      for (const [replica, live] of this.replicas) {
        // What a replica has not written counts as the checkpoint's.
        const isWritten = live.values[page] === value && !live.struck.has(page);
        if (!isWritten) this.write(replica, page, value);
      }
      return value;
    });
    const pages = this.#frames.dirtyPages(...this.replicas.keys());
    this.#held = { values: verified, pages, isKept };
    if (isHeld && pages.length <= this.#frames.mostHeld) {
      this.#frames.holdPages();
      this.#frames.adoptHeld();
    } else this.complete();
  }

  /** What is held was found equal, wherever the replicas are by now. */
  complete(): void {
    if (this.#held === undefined) return;
    const { values, pages, isKept } = this.#held;
    this.#held = undefined;
    if (isKept) this.#frames.beginGeneration();
    this.#sharing.pagesVerified(pages, [...this.replicas.keys()], this.#frames);
    this.#frames.endVerified();
    if (!isKept) this.#checkpoints.pop();
    this.#checkpoints.push([...values]);
    this.#forgetReclaimed();
    if (this.#checkpoints.length > MAX_GENERATIONS) this.dropOldest();
  }

  /** What is held is not to become a checkpoint. */
  withdraw(): void {
    if (this.#held === undefined) return;
    this.#held = undefined;
    this.#frames.withdrawCandidate([...this.replicas.keys()]);
  }

  #isOnlyStruck(page: number): boolean {
    const live = [...this.replicas.values()];
    return (
      live.some(({ struck }) => struck.has(page)) &&
      live.every(({ memory }) => !memory.isWritable(page))
    );
  }

  /** An epoch was agreed on. */
  scan(): void {
    this.#sharing.scan?.(this.#frames);
  }

  dropOldest(): void {
    this.complete();
    this.#forgetReclaimed();
    if (this.#checkpoints.length === 1) return;
    this.#frames.dropOldestGeneration();
    this.#checkpoints.shift();
  }

  /** Gives up the newest checkpoint; what replicas hold stays as it is. */
  demote(): void {
    this.complete();
    this.#forgetReclaimed();
    if (this.#checkpoints.length === 1) return;
    this.#frames.demoteNewestGeneration([...this.replicas.keys()]);
    this.#checkpoints.pop();
  }

  /** Older checkpoints whose frames were needed elsewhere. */
  #forgetReclaimed(): void {
    if (this.#hasRoom) return;
    this.#checkpoints.splice(0, this.#checkpoints.length - this.#frames.generationCount);
  }

  /** @throws BrokenInvariant */
  check(): void {
    this.#forgetReclaimed();
    const kept = this.#frames.generationCount;
    const expected = this.#checkpoints.length;
    ensure(kept === expected, `${kept} checkpoints are kept, expected were ${expected}`);
    this.#checkContents();
    this.#checkOwners();
  }

  /** @throws BrokenInvariant when frames stay behind after all replicas are gone. */
  checkEnd(): void {
    for (const replica of this.replicas.keys()) this.discard(replica);
    this.check();
    while (this.#checkpoints.length > 1) this.dropOldest();
    this.check();
    const older = this.#frames.pool.count(OWNER.olderCheckpoints);
    ensure(older === 0, `${older} frames of older checkpoints stay behind`);
    const used = this.#frames.pool.countByOwner().slice(OWNER.checkpoint);
    const held = new Set(this.#checkpointFrames()).add(0).size;
    ensure(used[0] === held, `the checkpoint owns ${used[0]} frames and uses ${held}`);
    ensure(
      used.slice(1).every((count) => count === 0),
      "a discarded replica still owns frames",
    );
  }

  #checkContents(): void {
    const words = new DataView(this.#memory.shared.buffer);
    for (let page = 0; page < PAGES; page++) {
      for (const [replica, { memory, values }] of this.replicas) {
        const found = memory.readU32(page * 4096 + WORD);
        ensure(
          found === values[page],
          `replica ${replica} reads ${found} in page ${page}, it wrote ${values[page]}`,
        );
      }
      const kept = words.getUint32(this.#frames.checkpointOffset(page) + WORD, true);
      ensure(
        kept === this.#checkpoint[page],
        `the checkpoint holds ${kept} in page ${page}, verified was ${this.#checkpoint[page]}`,
      );
    }
    ensure(
      words.getUint32(this.#frames.pool.offsetOf(0) + WORD, true) === 0,
      "frame 0 is not zero",
    );
  }

  #checkOwners(): void {
    const { pool } = this.#frames;
    const checkpointFrames = new Set(this.#checkpointFrames()).add(0);
    for (const frame of checkpointFrames) {
      ensure(pool.ownerOf(frame) === OWNER.checkpoint, `frame ${frame} has left the checkpoint`);
    }
    const inUse = new Set(checkpointFrames);
    for (const [replica, { memory, values, struck }] of this.replicas) {
      for (let page = 0; page < PAGES; page++) {
        const frame = this.#frameAt(memory.frameForRead(page));
        const owner = pool.ownerOf(frame);
        inUse.add(frame);
        const isOwn = owner === this.#frames.ownerOf(replica);
        const isHeld = this.#held !== undefined && owner === OWNER.candidate;
        ensure(
          isOwn || isHeld || checkpointFrames.has(frame),
          `replica ${replica} reads frame ${frame}, which is neither its own nor the checkpoint's`,
        );
        ensure(
          isOwn || !memory.isWritable(page),
          `replica ${replica} can write frame ${frame} of page ${page}, which is not its own`,
        );
        const isAsHeld =
          this.#held?.pages.includes(page) && values[page] === this.#held.values[page];
        ensure(
          memory.isWritable(page) ||
            struck.has(page) ||
            isAsHeld === true ||
            values[page] === this.#checkpoint[page],
          `replica ${replica} differs from the checkpoint in page ${page}, which is not dirty`,
        );
        ensure(
          !memory.isWritable(page) || this.#frames.dirtyPages(replica).includes(page),
          `replica ${replica} can write page ${page} without being noticed`,
        );
      }
    }
    const touched = this.#frames.touchedPages().length;
    const counted = this.#frames.touchedPageCount;
    ensure(counted === touched, `${counted} pages count as touched, ${touched} are`);
    const counts = pool.countByOwner();
    const owned = counts.slice(OWNER.checkpoint).reduce((sum, count) => sum + count, 0);
    const older = pool.count(OWNER.olderCheckpoints);
    const known = inUse.size + older + this.#heldUnread(inUse);
    ensure(owned === known, `${owned} frames have owners, ${known} are in use`);
    const all = counts.reduce((sum, count) => sum + count, 0);
    ensure(all === this.#memory.layout.frameCount, `${all} frames are accounted for`);
  }

  /** Frames that are held though nobody reads them any more. */
  #heldUnread(inUse: ReadonlySet<number>): number {
    let count = 0;
    for (let frame = 1; frame < this.#memory.layout.frameCount; frame++) {
      const isHeld = this.#frames.pool.ownerOf(frame) === OWNER.candidate;
      if (isHeld && !inUse.has(frame)) count++;
    }
    ensure(count === 0 || this.#held !== undefined, `${count} frames are held for nothing`);
    return count;
  }

  #checkpointFrames(): number[] {
    return Array.from({ length: PAGES }, (_, page) =>
      this.#frameAt(this.#frames.checkpointOffset(page)),
    );
  }

  #frameAt(offset: number): number {
    return (offset - this.#memory.layout.frames) / 4096;
  }
}

function ensure(isTrue: boolean, message: string): void {
  if (!isTrue) throw new BrokenInvariant(message);
}
