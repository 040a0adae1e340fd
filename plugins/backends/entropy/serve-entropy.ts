// Answers the requests of a virtio entropy device out of a source of bytes.
import type { BackendContext, OpenBackend } from "../../../core/index.ts";
import {
  decodeEntropyRequest,
  encodeEntropyAnswer,
} from "../../devices/virtio/entropy/wire-format.ts";

export function serveEntropy(
  take: (count: number) => Uint8Array,
  context: BackendContext,
): OpenBackend {
  return {
    facts: {},
    isInteractive: false,
    start() {},
    output(bytes) {
      const request = decodeEntropyRequest(bytes);
      if (request === undefined) {
        context.logger.error({ bytes: bytes.length }, "unknown entropy request");
        return;
      }
      context.input(encodeEntropyAnswer(request.tag, take(request.bytes)));
    },
    async close() {},
  };
}
