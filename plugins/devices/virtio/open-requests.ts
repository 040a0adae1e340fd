// Requests that wait for the backend's answer, each known by a tag. Tags outlive resets of the device and are not reused
// while their request is open, so that a late answer can't hit a newer request.
import type { Saved, StateReader, StateWriter } from "../../../core/index.ts";
import type { Segment } from "./descriptor-chain.ts";

export interface OpenRequest {
  /** The buffer to give back. */
  readonly head: number;
  readonly writable: readonly Segment[];
  /** Bytes of data that the answer may bring; 0 when it brings a status only. */
  readonly answerBytes: number;
  /** Bytes that the host holds because of it, there or back, or what else it takes is worth. */
  readonly heldBytes: number;
}

export class OpenRequests implements Saved {
  /** By tag, in order of submission. */
  readonly #open = new Map<number, OpenRequest>();
  #nextTag = 0;
  #heldBytes = 0;

  /** Of all open requests. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** @returns the request's tag. */
  add({ head, writable, answerBytes, heldBytes }: OpenRequest): number {
    const tag = this.#nextTag;
    this.#nextTag = (tag + 1) >>> 0;
    this.#open.set(tag, { head, writable, answerBytes, heldBytes });
    this.#heldBytes += heldBytes;
    return tag;
  }

  /** Takes the request that this tag's answer completes; undefined when it is none, or one from before a reset. */
  take(tag: number): OpenRequest | undefined {
    const request = this.#open.get(tag);
    this.#open.delete(tag);
    this.#heldBytes -= request?.heldBytes ?? 0;
    return request;
  }

  /** Forgets the requests, not which tags were used. */
  reset(): void {
    this.#open.clear();
    this.#heldBytes = 0;
  }

  save(writer: StateWriter): void {
    writer.u32(this.#nextTag);
    writer.u32(this.#open.size);
    for (const [tag, request] of this.#open) {
      writer.u32(tag);
      writer.u32(request.head);
      writer.u32(request.answerBytes);
      writer.u32(request.heldBytes);
      writer.u32(request.writable.length);
      for (const segment of request.writable) {
        writer.number(segment.offset);
        writer.u32(segment.length);
      }
    }
  }

  restore(reader: StateReader): void {
    this.#nextTag = reader.u32();
    this.reset();
    const count = reader.u32();
    for (let i = 0; i < count; i++) {
      const tag = reader.u32();
      const head = reader.u32();
      const answerBytes = reader.u32();
      const heldBytes = reader.u32();
      const segments = reader.u32();
      const writable: Segment[] = [];
      for (let s = 0; s < segments; s++) {
        const offset = reader.number();
        writable.push({ offset, length: reader.u32() });
      }
      this.#open.set(tag, { head, writable, answerBytes, heldBytes });
      this.#heldBytes += heldBytes;
    }
  }
}
