import { describe, expect, it } from "vitest";
import { BytesDigester, PageDigester, ZERO_DIGEST } from "../../../core/memory/page-digest.ts";
import { createTestMemory } from "./shared-memory.ts";

const MASK = 2n ** 64n - 1n;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const rotate = (value: bigint, bits: bigint): bigint =>
  ((value << bits) | ((value & MASK) >> (64n - bits))) & MASK;
const round = (lane: bigint, input: bigint): bigint =>
  (rotate((lane + input * P2) & MASK, 31n) * P1) & MASK;

/** The specification's algorithm, for any length. */
function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let hash = (seed + P5) & MASK;
  if (bytes.length >= 32) {
    let lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => lane & MASK);
    for (; at + 32 <= bytes.length; at += 32) {
      lanes = lanes.map((lane, index) => round(lane, view.getBigUint64(at + index * 8, true)));
    }
    const turned = lanes.map((lane, index) => rotate(lane, [1n, 7n, 12n, 18n][index] ?? 0n));
    hash = turned.reduce((sum, lane) => sum + lane) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  }
  for (; at + 4 <= bytes.length; at += 4) {
    const word = BigInt(view.getUint32(at, true));
    hash = (rotate(hash ^ ((word * P1) & MASK), 23n) * P2 + P3) & MASK;
  }
  for (; at < bytes.length; at++) {
    hash = (rotate(hash ^ ((BigInt(bytes[at] ?? 0) * P5) & MASK), 11n) * P1) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

const digestOf = (page: Uint8Array): bigint[] => [...new BytesDigester().digest(page)];

describe("digests of pages", () => {
  it("are two XXH64", () => {
    // Published test values of the algorithm hold the reference to it.
    expect(xxh64(new Uint8Array(), 0n)).toBe(0xef46db3751d8e999n);
    expect(xxh64(Buffer.from("a"), 0n)).toBe(0xd24ec4f1a98c6e5bn);
    expect(xxh64(Buffer.from("abc"), 0n)).toBe(0x44bc2cf5ad770999n);
    const page = Uint8Array.from(
      { length: 4096 },
      (_, index) => (index * 167 + (index >> 3)) & 255,
    );
    expect(digestOf(page)).toEqual([xxh64(page, 0n), xxh64(page, 0x243f6a8885a308d3n)]);
    expect([...ZERO_DIGEST]).toEqual(digestOf(new Uint8Array(4096)));
  });

  it("differ in both halves for any bit that differs", () => {
    const page = Uint8Array.from({ length: 4096 }, (_, index) => index & 255);
    const [first, second] = digestOf(page);
    const digester = new BytesDigester();
    for (let bit = 0; bit < 4096 * 8; bit += 13) {
      const struck = Uint8Array.from(page);
      struck[bit >> 3] = (struck[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const digest = digester.digest(struck);
      expect(digest[0]).not.toBe(first);
      expect(digest[1]).not.toBe(second);
    }
  });

  it("are of whole pages only", () => {
    for (const length of [0, 4095, 4097]) {
      expect(() => new BytesDigester().digest(new Uint8Array(length))).toThrow(RangeError);
    }
  });

  it("are of what is in shared memory", () => {
    const { shared, layout, frames } = createTestMemory();
    frames.load(2 * 4096 + 5, Uint8Array.of(1, 2, 3));
    const page = new Uint8Array(4096);
    page.set([1, 2, 3], 5);
    const digester = new PageDigester(shared, layout.pageList);
    expect([...digester.digest(frames.checkpointOffset(2))]).toEqual(digestOf(page));
  });
});
