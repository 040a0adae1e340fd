// What crosses the sphere between the virtio block device and a block backend. All integers little-endian.
//
//   request (output): type u32 (0 read, 1 write, 2 flush, 3 write through) | tag u32 | sector u64 | bytes u32 |
//                     data (both kinds of write only)
//   answer  (input):  tag u32 | status u32 (0 done, 1 failed) | data (successful reads only)
//
// Sectors are 512 bytes. A write is durable after a later flush, a write through when its answer is given. A backend answers every request exactly once; answers may come in any order.

export const SECTOR_BYTES = 512;

export const BLOCK_REQUEST = { read: 0, write: 1, flush: 2, writeThrough: 3 } as const;
export type BlockRequestType = (typeof BLOCK_REQUEST)[keyof typeof BLOCK_REQUEST];

const BLOCK_STATUS = { done: 0, failed: 1 } as const;

const REQUEST_HEADER_BYTES = 20;
const ANSWER_HEADER_BYTES = 8;

export interface BlockRequest {
  readonly type: BlockRequestType;
  readonly tag: number;
  readonly sector: number;
  /** Length of the data read or written; 0 for a flush. */
  readonly bytes: number;
  /** Data to write; empty otherwise. */
  readonly data: Uint8Array;
}

export interface BlockAnswer {
  readonly tag: number;
  readonly isDone: boolean;
  readonly data: Uint8Array;
}

export function encodeBlockRequest(request: BlockRequest): Uint8Array {
  const encoded = new Uint8Array(REQUEST_HEADER_BYTES + request.data.length);
  const view = new DataView(encoded.buffer);
  view.setUint32(0, request.type, true);
  view.setUint32(4, request.tag, true);
  view.setBigUint64(8, BigInt(request.sector), true);
  view.setUint32(16, request.bytes, true);
  encoded.set(request.data, REQUEST_HEADER_BYTES);
  return encoded;
}

/** @returns undefined for bytes that are no request of this format. */
export function decodeBlockRequest(encoded: Uint8Array): BlockRequest | undefined {
  if (encoded.length < REQUEST_HEADER_BYTES) return undefined;
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  const type = view.getUint32(0, true);
  const bytes = view.getUint32(16, true);
  const data = encoded.subarray(REQUEST_HEADER_BYTES);
  if (!isBlockRequestType(type)) return undefined;
  if (data.length !== (isWrite(type) ? bytes : 0)) return undefined;
  const sector = Number(view.getBigUint64(8, true));
  return { type, tag: view.getUint32(4, true), sector, bytes, data };
}

function isBlockRequestType(type: number): type is BlockRequestType {
  return type <= BLOCK_REQUEST.writeThrough;
}

export function isWrite(type: BlockRequestType): boolean {
  return type === BLOCK_REQUEST.write || type === BLOCK_REQUEST.writeThrough;
}

export function encodeBlockAnswer(answer: BlockAnswer): Uint8Array {
  const encoded = new Uint8Array(ANSWER_HEADER_BYTES + answer.data.length);
  const view = new DataView(encoded.buffer);
  view.setUint32(0, answer.tag, true);
  view.setUint32(4, answer.isDone ? BLOCK_STATUS.done : BLOCK_STATUS.failed, true);
  encoded.set(answer.data, ANSWER_HEADER_BYTES);
  return encoded;
}

/** @returns undefined for bytes that are no answer of this format. */
export function decodeBlockAnswer(encoded: Uint8Array): BlockAnswer | undefined {
  if (encoded.length < ANSWER_HEADER_BYTES) return undefined;
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  return {
    tag: view.getUint32(0, true),
    isDone: view.getUint32(4, true) === BLOCK_STATUS.done,
    data: encoded.subarray(ANSWER_HEADER_BYTES),
  };
}
