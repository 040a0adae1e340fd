import { describe, expect, it } from "vitest";
import {
  decodeReply,
  type DeviceEffect,
  encodeReply,
} from "../../../core/boundary/device-reply.ts";

const EFFECTS: readonly DeviceEffect[] = [
  { kind: "answer", value: 0xffff_ffff },
  { kind: "memory", offset: 2 ** 33, bytes: Uint8Array.of(1, 2, 3), checksum: 0xffff_0000 },
  { kind: "line", device: 7, isHigh: true },
  { kind: "line", device: 300, isHigh: false },
  { kind: "alarm", tick: Infinity },
  { kind: "console", bytes: Uint8Array.of(65), checksum: 1 },
  { kind: "stop", reason: "guest-failure", exitCode: 300 },
];

describe("a reply", () => {
  it("is read as it was written", () => {
    expect(decodeReply(encodeReply(EFFECTS))).toEqual(EFFECTS);
    expect(decodeReply(encodeReply([]))).toEqual([]);
  });

  it("with any bit flipped is none", () => {
    const bytes = encodeReply(EFFECTS);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeReply(damaged), `bit ${bit}`).toBeUndefined();
    }
  });

  it("is not of any length", () => {
    const bytes = encodeReply(EFFECTS);
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeReply(bytes.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
  });
});
