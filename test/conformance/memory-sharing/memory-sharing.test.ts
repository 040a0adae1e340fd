import { describe, expect, it } from "vitest";
import type { MemorySharingProvider } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { contentHashUsing } from "../../../plugins/memory-sharing/content-hash.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { sabotagedStrategies } from "./broken-mechanisms.ts";
import { brokenStrategies } from "./broken-strategies.ts";
import { checkMemorySharing } from "./memory-sharing-kit.ts";
import { BrokenInvariant } from "./sharing-model.ts";

const builtIn = (await loadRegistry({ plugins: [] })).list("memory-sharing");

/** Hundreds of histories each. */
const TIMEOUT_MS = 60_000;

describe("memory-sharing providers", { timeout: TIMEOUT_MS }, () => {
  it("are the ones expected", () => {
    expect(builtIn.map((provider) => provider.name)).toEqual([
      "content-hash",
      "copy-on-write",
      "merge-verified",
      "private",
    ]);
  });

  it.each(builtIn.map((provider) => [provider.name, provider] as const))(
    "%s keeps replicas and checkpoint apart, whatever they write",
    (_name, provider) => {
      expect(() => checkMemorySharing(provider)).not.toThrow();
    },
  );

  it.each([1, 2])("merge-verified does so that keeps pages private after %i intervals", (after) => {
    const options = { keepPrivateAfter: after, mergeAfterQuiet: 2 };
    const keeping = { ...mergeVerified, create: () => mergeVerified.create(options) };
    expect(() => checkMemorySharing(keeping)).not.toThrow();
  });

  it("content-hash does so with a hash that is the same for all pages", () => {
    expect(() => checkMemorySharing(contentHashUsing(() => 7))).not.toThrow();
  });
});

const found: Readonly<Record<string, RegExp>> = {
  "forgets-the-checkpoint": /the checkpoint holds \d in page \d, verified was \d/,
  "promotes-half-the-pages": /(holds \d in page \d, verified was|reads \d in page \d, it wrote) \d/,
  "skips-the-last-page": /the checkpoint holds \d in page \d, verified was \d/,
  "resets-a-replica": /replica \d+ reads \d in page \d, it wrote \d/,
  "shares-what-nobody-compared": /replica \d+ reads \d in page \d, it wrote \d/,
  "leaks-a-frame": /frames have owners, \d+ are in use/,
  "frees-a-frame-in-use": /frame \d+ has left the checkpoint/,
  "gives-the-checkpoint-away": /frame \d+ has left the checkpoint/,
};

describe("the memory-sharing kit", { timeout: TIMEOUT_MS }, () => {
  it.each(
    [...brokenStrategies, ...sabotagedStrategies].map((wrong) => [wrong.name, wrong] as const),
  )("notices a strategy that %s, and says how", (name, wrong) => {
    expect(invariantBrokenBy(wrong)).toMatch(found[name] ?? "");
  });
});

/** The message of the invariant that the kit found broken, for the shortest history. */
function invariantBrokenBy(provider: MemorySharingProvider): string | undefined {
  try {
    checkMemorySharing(provider);
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (cause instanceof BrokenInvariant) return cause.message;
    throw error;
  }
  return undefined;
}
