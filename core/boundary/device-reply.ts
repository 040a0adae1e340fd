// What device models below the replicas do to the machine: an input, logged, delivered to every replica at one boundary.
// Effects take place in order. Data for guest memory has a checksum of its own, taken where the device model wrote it.
//
//   per effect, little-endian
//     u8 1  answer        u32 value of the next read that is owed
//     u8 2  memory        f64 offset in RAM, u32 bytes, u32 CRC-32 of them, the bytes
//     u8 3  line          u16 device, u8 1 high 0 low
//     u8 4  alarm         f64 tick at which the models want to be asked, Infinity for never
//     u8 5  console       u32 bytes, u32 CRC-32 of them, the bytes that firmware gets from its console
//     u8 6  stop          u8 number of the reason, f64 exit code
//   at the end
//     u32 CRC-32 of all of that
import { crc32 } from "node:zlib";
import type { GuestStop } from "../api/epoch.ts";

const KIND = { answer: 1, memory: 2, line: 3, alarm: 4, console: 5, stop: 6 } as const;
const REASONS: readonly GuestStop["reason"][] = ["power-off", "reset", "guest-failure"];
const SEAL_BYTES = 4;
const DATA_HEADER_BYTES = 8;

/** Bytes on their way to the guest. */
interface DataEffect {
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

export type DeviceEffect =
  | { readonly kind: "answer"; readonly value: number }
  | ({ readonly kind: "memory"; readonly offset: number } & DataEffect)
  | { readonly kind: "line"; readonly device: number; readonly isHigh: boolean }
  | { readonly kind: "alarm"; readonly tick: number }
  | ({ readonly kind: "console" } & DataEffect)
  | ({ readonly kind: "stop" } & GuestStop);

export function encodeReply(effects: readonly DeviceEffect[]): Uint8Array {
  const length = effects.reduce((sum, effect) => sum + bytesOf(effect), 0);
  const bytes = new Uint8Array(length + SEAL_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const effect of effects) {
    put(effect, view, at, bytes);
    at += bytesOf(effect);
  }
  view.setUint32(length, crc32(bytes.subarray(0, length)), true);
  return bytes;
}

/** @returns undefined for bytes that are no reply, damaged ones included. Checksums of data are not looked at. */
export function decodeReply(bytes: Uint8Array): DeviceEffect[] | undefined {
  const length = bytes.length - SEAL_BYTES;
  if (length < 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(length, true) !== crc32(bytes.subarray(0, length))) return undefined;
  const effects: DeviceEffect[] = [];
  for (let at = 0; at < length;) {
    const effect = take(view, at, bytes.subarray(0, length));
    if (effect === undefined) return undefined;
    effects.push(effect);
    at += bytesOf(effect);
  }
  return effects;
}

function bytesOf(effect: DeviceEffect): number {
  switch (effect.kind) {
    case "answer":
      return 1 + 4;
    case "memory":
      return 1 + 8 + DATA_HEADER_BYTES + effect.bytes.length;
    case "line":
      return 1 + 3;
    case "alarm":
      return 1 + 8;
    case "console":
      return 1 + DATA_HEADER_BYTES + effect.bytes.length;
    case "stop":
      return 1 + 1 + 8;
  }
}

function put(effect: DeviceEffect, view: DataView, at: number, bytes: Uint8Array): void {
  view.setUint8(at, KIND[effect.kind]);
  switch (effect.kind) {
    case "answer":
      view.setUint32(at + 1, effect.value, true);
      break;
    case "memory":
      view.setFloat64(at + 1, effect.offset, true);
      putData(effect, view, at + 9, bytes);
      break;
    case "line":
      view.setUint16(at + 1, effect.device, true);
      view.setUint8(at + 3, effect.isHigh ? 1 : 0);
      break;
    case "alarm":
      view.setFloat64(at + 1, effect.tick, true);
      break;
    case "console":
      putData(effect, view, at + 1, bytes);
      break;
    case "stop":
      view.setUint8(at + 1, REASONS.indexOf(effect.reason));
      view.setFloat64(at + 2, effect.exitCode, true);
      break;
  }
}

function putData(data: DataEffect, view: DataView, at: number, bytes: Uint8Array): void {
  view.setUint32(at, data.bytes.length, true);
  view.setUint32(at + 4, data.checksum, true);
  bytes.set(data.bytes, at + DATA_HEADER_BYTES);
}

function take(view: DataView, at: number, bytes: Uint8Array): DeviceEffect | undefined {
  switch (view.getUint8(at)) {
    case KIND.answer:
      return { kind: "answer", value: view.getUint32(at + 1, true) };
    case KIND.memory:
      return {
        kind: "memory",
        offset: view.getFloat64(at + 1, true),
        ...dataAt(view, at + 9, bytes),
      };
    case KIND.line:
      return {
        kind: "line",
        device: view.getUint16(at + 1, true),
        isHigh: view.getUint8(at + 3) !== 0,
      };
    case KIND.alarm:
      return { kind: "alarm", tick: view.getFloat64(at + 1, true) };
    case KIND.console:
      return { kind: "console", ...dataAt(view, at + 1, bytes) };
    case KIND.stop: {
      const reason = REASONS[view.getUint8(at + 1)];
      if (reason === undefined) return undefined;
      return { kind: "stop", reason, exitCode: view.getFloat64(at + 2, true) };
    }
    default:
      return undefined;
  }
}

function dataAt(view: DataView, at: number, bytes: Uint8Array): DataEffect {
  const from = at + DATA_HEADER_BYTES;
  return {
    bytes: bytes.slice(from, from + view.getUint32(at, true)),
    checksum: view.getUint32(at + 4, true),
  };
}
