// What a replica asks of device models that run below the replicas: an output of its ballot, compared as all outputs are.
// Everything that reached a device in an epoch, in order, each access with the step at which it happened.
//
//   per event, 24 bytes, little-endian
//     u8 kind | u8 size | u16 device, by its place among the planned ones | u32 value | f64 address | f64 step
//   at the end
//     u32 CRC-32 of all events
import { crc32 } from "node:zlib";

/** Channel of requests (outputs) and replies (inputs). No device can have that name. */
export const DEVICES_CHANNEL = "@devices";

const EVENT_BYTES = 24;
const SEAL_BYTES = 4;

const KINDS = ["read", "write", "alarm", "console-write", "console-read"] as const;

/**
 * `read`: the value is owed. `write`: `value` was written. `alarm`: the tick that was asked for is there.
 * `console-write`: firmware sends the byte `value`. `console-read`: firmware looks for received bytes, `value` at most.
 */
type DeviceEventKind = (typeof KINDS)[number];

export interface DeviceEvent {
  readonly kind: DeviceEventKind;
  readonly size: number;
  readonly device: number;
  readonly value: number;
  /** Guest-physical. */
  readonly address: number;
  readonly step: number;
}

export function encodeRequest(events: readonly DeviceEvent[]): Uint8Array {
  const bytes = new Uint8Array(events.length * EVENT_BYTES + SEAL_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { kind, size, device, value, address, step }] of events.entries()) {
    const at = index * EVENT_BYTES;
    view.setUint8(at, KINDS.indexOf(kind) + 1);
    view.setUint8(at + 1, size);
    view.setUint16(at + 2, device, true);
    view.setUint32(at + 4, value, true);
    view.setFloat64(at + 8, address, true);
    view.setFloat64(at + 16, step, true);
  }
  const length = bytes.length - SEAL_BYTES;
  view.setUint32(length, crc32(bytes.subarray(0, length)), true);
  return bytes;
}

/** @returns undefined for bytes that are no request, damaged ones included. */
export function decodeRequest(bytes: Uint8Array): DeviceEvent[] | undefined {
  const length = bytes.length - SEAL_BYTES;
  if (length < 0 || length % EVENT_BYTES !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(length, true) !== crc32(bytes.subarray(0, length))) return undefined;
  const events: DeviceEvent[] = [];
  for (let at = 0; at < length; at += EVENT_BYTES) {
    const kind = KINDS[view.getUint8(at) - 1];
    if (kind === undefined) return undefined;
    events.push({
      kind,
      size: view.getUint8(at + 1),
      device: view.getUint16(at + 2, true),
      value: view.getUint32(at + 4, true),
      address: view.getFloat64(at + 8, true),
      step: view.getFloat64(at + 16, true),
    });
  }
  return events;
}
