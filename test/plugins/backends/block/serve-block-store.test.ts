import { describe, expect, it } from "vitest";
import type { BlockStore } from "../../../../plugins/backends/block/block-store.ts";
import { serveBlockStore } from "../../../../plugins/backends/block/serve-block-store.ts";
import {
  BLOCK_REQUEST,
  type BlockRequestType,
  decodeBlockAnswer,
  encodeBlockRequest,
} from "../../../../plugins/devices/virtio/block/wire-format.ts";
import { BackendBench } from "../backend-bench.ts";

const DISK = { name: "disk", readOnly: false, serial: undefined };

/** Sends writes of these types. @returns what happened, in order: calls of the store and answers. */
function eventsOf(types: readonly BlockRequestType[], disk = DISK, canFlush = true): string[] {
  const events: string[] = [];
  const store: BlockStore = {
    bytes: 4096,
    read: () => new Uint8Array(512),
    write: () => void events.push("write"),
    flush: () => {
      if (!canFlush) throw new Error("I/O error");
      events.push("flush");
    },
    close() {},
  };
  const bench = new BackendBench();
  const backend = serveBlockStore(store, disk, bench);
  for (const [tag, type] of types.entries()) {
    const data = new Uint8Array(type === BLOCK_REQUEST.flush ? 0 : 512);
    backend.output(encodeBlockRequest({ type, tag, sector: 1, bytes: data.length, data }));
    const answer = decodeBlockAnswer(bench.inputs[tag] ?? new Uint8Array(0));
    events.push(answer?.isDone === true ? "done" : "failed");
  }
  return events;
}

describe("serveBlockStore", () => {
  const { write, flush, writeThrough } = BLOCK_REQUEST;

  it("makes a write through durable before it answers, a plain write with the next flush", () => {
    const events = eventsOf([write, writeThrough, write, flush]);
    expect(events.join(" ")).toBe("write done write flush done write done flush done");
  });

  it("fails a write through that did not become durable, or that a disk does not take", () => {
    expect(eventsOf([writeThrough], DISK, false)).toEqual(["write", "failed"]);
    expect(eventsOf([writeThrough], { ...DISK, readOnly: true })).toEqual(["failed"]);
  });
});
