import { describe, expect, it } from "vitest";
import { RNG_SEED_OPTION, rngSeed } from "../../../../guest-archs/riscv/boot/rng-seed.ts";

describe("option rngSeed", () => {
  it("allows what fills the kernel's pool at once, and nothing that would be cut short silently", () => {
    const pattern = new RegExp(RNG_SEED_OPTION.pattern);
    const hex = "a5".repeat(32);
    expect(["host", hex, "A5".repeat(64)].map((text) => pattern.test(text))).toEqual([
      true,
      true,
      true,
    ]);
    const refused = ["", "Host", "a5", `${hex}a`, `0x${hex}`, "g5".repeat(32), "a5".repeat(65)];
    expect(refused.filter((text) => pattern.test(text))).toEqual([]);
    expect(rngSeed(hex)).toEqual(new Uint8Array(32).fill(0xa5));
  });
});
