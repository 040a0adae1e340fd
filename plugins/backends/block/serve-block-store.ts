// Answers the requests of a virtio block device out of a BlockStore. Host I/O errors become failed requests.
import type { BackendContext, OpenBackend } from "../../../core/index.ts";
import type { BlockFacts } from "../../devices/virtio/block/facts.ts";
import {
  BLOCK_REQUEST,
  type BlockRequest,
  decodeBlockRequest,
  encodeBlockAnswer,
  isWrite,
  SECTOR_BYTES,
} from "../../devices/virtio/block/wire-format.ts";
import { mayLeaveSoon } from "../held-stream.ts";
import type { BlockStore } from "./block-store.ts";

const NO_DATA = new Uint8Array(0);
const SERIAL_CHARACTERS = 20;

/** @param store a whole number of sectors */
export function serveBlockStore(
  store: BlockStore,
  disk: { readonly name: string; readonly readOnly: boolean; readonly serial: string | undefined },
  context: BackendContext,
): OpenBackend {
  const facts: BlockFacts = {
    capacitySectors: store.bytes / SECTOR_BYTES,
    readOnly: disk.readOnly,
    serial: (disk.serial ?? context.deviceId).slice(0, SERIAL_CHARACTERS),
  };
  return {
    facts: { ...facts },
    isInteractive: false,
    start() {},
    output(bytes) {
      const request = decodeBlockRequest(bytes);
      if (request === undefined) {
        context.logger.error({ disk: disk.name, bytes: bytes.length }, "unknown block request");
        return;
      }
      const data = perform(request, store, disk, context);
      const isDone = data !== undefined;
      context.input(encodeBlockAnswer({ tag: request.tag, isDone, data: data ?? NO_DATA }));
    },
    async close() {
      const isFlushing = store.keepsBack !== true || (await mayLeaveSoon(context));
      if (!isFlushing) {
        context.logger.warn(
          { disk: disk.name },
          "nothing may be written any more: the disk is left as after a power failure",
        );
      }
      try {
        store.close(isFlushing);
      } catch (error) {
        context.logger.error(
          { disk: disk.name, error: why(error) },
          "could not close the disk cleanly",
        );
      }
    },
  };
}

/** @returns the data read (empty for other requests), or undefined when the request failed. */
function perform(
  request: BlockRequest,
  store: BlockStore,
  disk: { readonly name: string; readonly readOnly: boolean },
  context: BackendContext,
): Uint8Array | undefined {
  const offset = request.sector * SECTOR_BYTES;
  try {
    if (request.type === BLOCK_REQUEST.flush) {
      store.flush();
      return NO_DATA;
    }
    if (offset + request.bytes > store.bytes) throw new RangeError("beyond the end of the disk");
    if (!isWrite(request.type)) return store.read(offset, request.bytes);
    if (disk.readOnly) throw new RangeError("the disk is read-only");
    store.write(offset, request.data);
    if (request.type === BLOCK_REQUEST.writeThrough) store.flush();
    return NO_DATA;
  } catch (error) {
    const { type, sector, bytes } = request;
    context.logger.error(
      { disk: disk.name, type, sector, bytes, error: why(error) },
      "disk request failed",
    );
    return undefined;
  }
}

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
