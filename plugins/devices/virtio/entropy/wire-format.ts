// What crosses the sphere between the virtio entropy device and an entropy backend. Integers are little-endian.
//
//   request (output): tag u32 | bytes u32
//   answer  (input):  tag u32 | 1 to `bytes` random bytes

const HEADER_BYTES = 4;
const REQUEST_BYTES = 8;

export interface EntropyRequest {
  readonly tag: number;
  readonly bytes: number;
}

export function encodeEntropyRequest(request: EntropyRequest): Uint8Array {
  const encoded = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(encoded.buffer);
  view.setUint32(0, request.tag, true);
  view.setUint32(4, request.bytes, true);
  return encoded;
}

/** @returns undefined for bytes that are no request of this format. */
export function decodeEntropyRequest(encoded: Uint8Array): EntropyRequest | undefined {
  if (encoded.length !== REQUEST_BYTES) return undefined;
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  return { tag: view.getUint32(0, true), bytes: view.getUint32(4, true) };
}

export function encodeEntropyAnswer(tag: number, random: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(HEADER_BYTES + random.length);
  new DataView(encoded.buffer).setUint32(0, tag, true);
  encoded.set(random, HEADER_BYTES);
  return encoded;
}

/** @returns undefined for bytes that are no answer of this format. */
export function decodeEntropyAnswer(
  encoded: Uint8Array,
): { readonly tag: number; readonly random: Uint8Array } | undefined {
  if (encoded.length <= HEADER_BYTES) return undefined;
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  return { tag: view.getUint32(0, true), random: encoded.subarray(HEADER_BYTES) };
}
