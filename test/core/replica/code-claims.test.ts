import { describe, expect, it } from "vitest";
import { CodeClaims, createClaims } from "../../../core/replica/code-claims.ts";

const KEY = 0x1234_5678;

describe("CodeClaims", () => {
  const pair = (): readonly [CodeClaims, CodeClaims] => {
    const claims = createClaims();
    return [new CodeClaims(claims, 0), new CodeClaims(claims, 1)];
  };

  it("gives a key to the first that asks, as often as it asks", () => {
    const [first, second] = pair();
    expect(first.claim(KEY, false)).toBe(true);
    expect(second.claim(KEY, false)).toBe(false);
    expect(first.claim(KEY, false)).toBe(true);
  });

  it("gives a released key to the next one", () => {
    const [first, second] = pair();
    first.claim(KEY, false);
    first.release(KEY);
    expect(second.claim(KEY, false)).toBe(true);
  });

  it("takes a key by force from a claimant that may be dead, who cannot release it any more", () => {
    const [dead, second] = pair();
    dead.claim(KEY, false);
    expect(second.claim(KEY, true)).toBe(true);
    dead.release(KEY);
    expect(dead.claim(KEY, false)).toBe(false);
  });

  it("takes any 32-bit key", () => {
    const [first, second] = pair();
    for (const key of [0, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      expect(first.claim(key, true)).toBe(true);
      expect(second.claim(key, false)).toBe(false);
      first.release(key);
    }
  });

  it("counts what anyone has published", () => {
    const [first, second] = pair();
    first.countPublished();
    second.countPublished();
    expect(first.published).toBe(2);
  });
});
