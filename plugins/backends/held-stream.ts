// Writes to a stream whose reader may be slow. What the operating system does not take is held here, and leaves later only
// if outputs may still leave then: at most one piece at a time is out of this class's hands.
import { setTimeout as pause } from "node:timers/promises";
import type { Writable } from "node:stream";
import type { BackendContext } from "../../core/index.ts";

type Permission = Pick<BackendContext, "mayLeave">;

const LOOK_MS = 20;
/** At the end of a run: outputs that may not leave for so long are given up. */
const PATIENCE_MS = 2000;

/** At the end of a run. @returns whether outputs may leave, after some patience */
export async function mayLeaveSoon(permission: Permission): Promise<boolean> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!permission.mayLeave()) {
    if (performance.now() > endMs) return false;
    await pause(LOOK_MS);
  }
  return true;
}

export class HeldStream {
  readonly #stream: Pick<Writable, "write" | "writable" | "writableLength">;
  readonly #permission: Permission;
  #pieces: Uint8Array[] = [];
  #next = 0;
  #heldBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    stream: Pick<Writable, "write" | "writable" | "writableLength">,
    permission: Permission,
  ) {
    this.#stream = stream;
    this.#permission = permission;
  }

  /** Held here, and the piece that is on its way. */
  get unsentBytes(): number {
    return this.#heldBytes + this.#stream.writableLength;
  }

  write(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
    this.#pump();
  }

  /** Waits until all is sent, nobody takes it any more, or it may not leave for too long. */
  async sent(isPatient: () => boolean): Promise<void> {
    this.#pump();
    let endMs = performance.now() + PATIENCE_MS;
    while (this.unsentBytes > 0 && this.#stream.writable && isPatient()) {
      if (this.#permission.mayLeave()) endMs = performance.now() + PATIENCE_MS;
      else if (performance.now() > endMs) return;
      await pause(LOOK_MS);
    }
  }

  /** Nothing that is held leaves any more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    [this.#pieces, this.#next, this.#heldBytes] = [[], 0, 0];
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (;;) {
      const piece = this.#pieces[this.#next];
      if (piece === undefined || !this.#stream.writable) {
        this.drop();
        return;
      }
      // Before the one before it is out, a piece would wait in the stream, and leave whenever its reader likes.
      if (this.#stream.writableLength > 0 || !this.#permission.mayLeave()) break;
      this.#next++;
      this.#heldBytes -= piece.length;
      this.#stream.write(piece, () => {
        if (this.#timer !== undefined) this.#pump();
      });
    }
    if (this.#next > this.#pieces.length / 2) {
      this.#pieces = this.#pieces.slice(this.#next);
      this.#next = 0;
    }
    this.#timer = setTimeout(() => this.#pump(), LOOK_MS);
  }
}
