// Memory of replicas that all live in one shared memory with the checkpoints: nothing has to be asked for.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { SharingMechanism } from "../api/memory-sharing.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import { leakedFrames } from "../memory/leaked-frames.ts";
import type { SharedLayout } from "../memory/shared-layout.ts";
import { compareInTurns } from "./compare-memory.ts";
import type {
  DifferingPage,
  HeldPages,
  MemoryComparison,
  PagesCompared,
  ReplicaGroups,
  ReplicaMemories,
} from "./replica-memories.ts";

export interface SharedMemoriesParts {
  readonly frames: FrameSharing;
  readonly shared: WebAssembly.Memory;
  readonly layout: SharedLayout;
}

export class SharedMemories implements ReplicaMemories {
  readonly #parts: SharedMemoriesParts;

  readonly held: HeldPages;

  constructor(parts: SharedMemoriesParts) {
    this.#parts = parts;
    const { frames, shared } = parts;
    this.held = {
      most: () => frames.mostHeld,
      hold: (from, replicas) => {
        const count = frames.dirtyPages(...replicas).length;
        if (count < from || count > frames.mostHeld) return undefined;
        frames.holdPages();
        return frames.adoptHeld();
      },
      adopt: () => frames.adoptHeld(),
      compare: (starts, pages) => compareInTurns(starts, pages, frames.candidatePages, shared),
      withdraw: (replicas) => frames.withdrawCandidate(replicas),
    };
  }

  get mechanism(): SharingMechanism {
    return this.#parts.frames;
  }

  add(replica: number): number {
    return this.#parts.frames.addReplica(replica);
  }

  remove(replica: number): void {
    this.#parts.frames.removeReplica(replica);
  }

  framesOf(replica: number): number {
    const { frames } = this.#parts;
    return frames.pool.count(frames.ownerOf(replica));
  }

  compare(starts: readonly ReplicaGroups[], compared: PagesCompared): Promise<MemoryComparison> {
    const { frames, shared } = this.#parts;
    const replicas = (starts[0] ?? []).flat();
    const pages =
      compared === "apart" ? frames.pagesApart(replicas) : frames.dirtyPages(...replicas);
    const evaluations = compareInTurns(starts, pages, frames.livePages, shared);
    return Promise.resolve({ pages, evaluations, absent: [] });
  }

  obtain(): Promise<boolean> {
    return Promise.resolve(true);
  }

  checkpointTaken(): void {
    this.#parts.frames.endVerified();
  }

  repair(from: number, to: number, among: readonly number[]): Promise<number> {
    const { frames } = this.#parts;
    return Promise.resolve(frames.copyPages(from, to, frames.dirtyPages(...among)));
  }

  lackToDemote(replicas: readonly number[]): number {
    return this.#parts.frames.lackToDemote(replicas);
  }

  demote(replicas: readonly number[]): void {
    this.#parts.frames.demoteNewestGeneration(replicas);
  }

  read(replica: number, see: (page: Uint8Array) => void): Promise<boolean> {
    for (let page = 0; page < this.#parts.layout.ramPages; page++)
      see(this.#bytesOf(replica, page));
    return Promise.resolve(true);
  }

  differing(replicas: readonly number[], most: number): Promise<readonly DifferingPage[]> {
    const [first = -1, ...others] = replicas;
    const isApart = (page: number): boolean => {
      const bytes = this.#bytesOf(first, page);
      return others.some((other) => !this.#bytesOf(other, page).equals(bytes));
    };
    const pages = this.#parts.frames.dirtyPages(...replicas).filter((page) => isApart(page));
    return Promise.resolve(
      pages.slice(0, most).map((page) => ({
        page,
        contents: replicas.map((replica) => ({
          replica,
          bytes: Uint8Array.from(this.#bytesOf(replica, page)),
        })),
      })),
    );
  }

  leaked(): number {
    return leakedFrames(this.#parts.frames, this.#parts.layout);
  }

  #bytesOf(replica: number, page: number): Buffer {
    const { frames, shared } = this.#parts;
    return Buffer.from(shared.buffer, frames.offsetIn(replica, page), PAGE_BYTES);
  }
}
