// What messages carry: plain data as structured clone knows it (objects, arrays, typed arrays, maps, bigints), in V8's
// serialization. It is decoded only behind the check of a frame, whose sender knows the key.
import { deserialize, serialize } from "node:v8";

/** Second byte of every serialization: what one V8 writes, an older one may not read. */
export const PAYLOAD_VERSION: number = serialize(0)[1] ?? 0;

const LARGE_BYTES = 65_536;

/** @throws DataCloneError for functions and whatever else is no data */
export function encodePayload(value: unknown): Uint8Array {
  return serialize(value);
}

/** Typed arrays in it may be views of these bytes, where those are many. */
export function decodePayload(bytes: Uint8Array): unknown {
  // A view of a few bytes would keep all of what the stream read at once.
  return deserialize(bytes.length < LARGE_BYTES ? new Uint8Array(bytes) : bytes);
}
