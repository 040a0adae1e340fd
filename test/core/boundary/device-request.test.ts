import { describe, expect, it } from "vitest";
import {
  decodeRequest,
  type DeviceEvent,
  encodeRequest,
} from "../../../core/boundary/device-request.ts";

const EVENTS: readonly DeviceEvent[] = [
  { kind: "read", size: 4, device: 0, value: 0, address: 0x1000_0000, step: 2 ** 40 + 1 },
  { kind: "write", size: 1, device: 65_535, value: 0xffff_ffff, address: 2 ** 45, step: 3 },
  { kind: "alarm", size: 0, device: 0, value: 0, address: 0, step: 4 },
  { kind: "console-write", size: 1, device: 2, value: 65, address: 8, step: 5 },
  { kind: "console-read", size: 1, device: 2, value: 64, address: 8, step: 6 },
];

describe("a request", () => {
  it("is read as it was written", () => {
    expect(decodeRequest(encodeRequest(EVENTS))).toEqual(EVENTS);
    expect(decodeRequest(encodeRequest([]))).toEqual([]);
  });

  it("with any bit flipped is none", () => {
    const bytes = encodeRequest(EVENTS);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeRequest(damaged), `bit ${bit}`).toBeUndefined();
    }
  });

  it("is not of any length", () => {
    const bytes = encodeRequest(EVENTS);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeRequest(bytes.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });
});
