// Block backend: a disk in the coordinator's memory, for tests and demonstrations. Its contents end with the run.
import type { Backend } from "../../../core/index.ts";
import { SeededBytes } from "../seeded-bytes.ts";
import type { BlockStore } from "./block-store.ts";
import { serveBlockStore } from "./serve-block-store.ts";

const MAX_BYTES = 2 ** 30;

export const memoryDisk: Backend = {
  kind: "backend",
  name: "memory-disk",
  serves: "block",
  summary: "Disk in memory: zeros, or reproducible contents made from a seed.",
  schema: {
    type: "object",
    properties: {
      bytes: {
        type: "integer",
        minimum: 512,
        maximum: MAX_BYTES,
        multipleOf: 512,
        description: "Size in bytes, a multiple of 512.",
      },
      seed: { type: "integer", minimum: 0, description: "Fills the disk. Default: zeros." },
      readOnly: { type: "boolean", default: false, description: "The guest can't write." },
    },
    required: ["bytes"],
    additionalProperties: false,
  },

  async open(options, context) {
    const bytes = Number(options["bytes"]);
    const { seed } = options;
    const contents =
      typeof seed === "number" ? new SeededBytes(String(seed)).take(bytes) : new Uint8Array(bytes);
    const disk = {
      name: context.deviceId,
      readOnly: options["readOnly"] === true,
      serial: undefined,
    };
    return serveBlockStore(memoryStore(contents), disk, context);
  },
};

function memoryStore(contents: Uint8Array): BlockStore {
  return {
    bytes: contents.length,
    read: (offset, length) => contents.slice(offset, offset + length),
    write: (offset, data) => contents.set(data, offset),
    flush() {},
    close() {},
  };
}
