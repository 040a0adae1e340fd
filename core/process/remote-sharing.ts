// What strategies of memory sharing can order where replicas have memories of their own: the checkpoint's pages are the
// coordinator's, and can have frames in common. Nobody shares a frame with a replica.
import type { SharingMechanism } from "../api/memory-sharing.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";

export class RemoteSharing implements SharingMechanism {
  readonly #frames: FrameSharing;
  /** Pages on their way into the checkpoint. */
  readonly #staged = new Map<number, Uint8Array>();

  constructor(frames: FrameSharing) {
    this.#frames = frames;
  }

  stage(page: number, bytes: Uint8Array): void {
    this.#staged.set(page, bytes);
  }

  forget(): void {
    this.#staged.clear();
  }

  promote(_replica: number, pages: readonly number[]): void {
    for (const page of pages) {
      const bytes = this.#staged.get(page);
      if (bytes === undefined) throw new RangeError(`page ${page} was not obtained`);
      this.#frames.storeInCheckpoint(page, bytes);
    }
  }

  copyToCheckpoint(replica: number, pages: readonly number[]): void {
    this.promote(replica, pages);
  }

  shareWithCheckpoint(): void {}

  givePrivateCopy(): void {}

  protect(): void {}

  /** What nobody wrote is compared among the replicas. */
  pagesUnlikeCheckpoint(): readonly number[] {
    return [];
  }

  hashCheckpoint(page: number): number {
    return this.#frames.hashCheckpoint(page);
  }

  isSameFrame(page: number, other: number): boolean {
    return this.#frames.isSameFrame(page, other);
  }

  mergePages(page: number, other: number): boolean {
    return this.#frames.mergePages(page, other);
  }
}
