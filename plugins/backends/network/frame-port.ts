// The device's side of a network backend: frames in are inputs, as many bytes at a time as an epoch may take.
import type { BackendContext } from "../../../core/index.ts";
import {
  encodeFrameInput,
  encodeLinkInput,
  MIN_FRAME_BYTES,
} from "../../devices/virtio/net/wire-format.ts";

/** Given and not yet in an epoch: beyond that a peer has to wait, so memory and the log of one epoch are bounded. */
const MAX_PENDING_BYTES = 1_048_576;
/** The least that a frame counts: the host holds more for it than its bytes, and a device no more than 4,096 frames. */
const LEAST_COUNTED_BYTES = 256;

export class FramePort {
  readonly #context: BackendContext;
  readonly #onRoom: () => void;
  #pendingBytes = 0;
  #isLinkUp: boolean;

  /** @param onRoom called once frames fit again that did not before */
  constructor(context: BackendContext, isLinkUp: boolean, onRoom: () => void = () => {}) {
    this.#context = context;
    this.#isLinkUp = isLinkUp;
    this.#onRoom = onRoom;
  }

  /** Whether another frame may be given now. */
  get hasRoom(): boolean {
    return this.#pendingBytes < MAX_PENDING_BYTES;
  }

  /** What is too short to be a frame is lost, as in a card. */
  give(frame: Uint8Array): void {
    if (frame.length < MIN_FRAME_BYTES) return;
    this.#pendingBytes += Math.max(frame.length, LEAST_COUNTED_BYTES);
    this.#context.input(encodeFrameInput(frame));
  }

  setLink(isUp: boolean): void {
    if (isUp === this.#isLinkUp) return;
    this.#isLinkUp = isUp;
    this.#context.input(encodeLinkInput(isUp));
  }

  /** All that was given is in an epoch. */
  taken(): void {
    const hadRoom = this.hasRoom;
    this.#pendingBytes = 0;
    if (!hadRoom) this.#onRoom();
  }
}
