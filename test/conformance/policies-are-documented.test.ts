import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Provider, ProviderKind } from "../../core/index.ts";
import { loadRegistry } from "../../core/plugin-host/load-registry.ts";

const KINDS = [
  "replication",
  "memory-sharing",
  "checkpoint",
  "voting",
  "recovery",
  "placement",
  "core-diagnosis",
  "boundary",
  "manager-protection",
  "fault",
  "fault-arrival",
  "fault-sampling",
] as const satisfies readonly ProviderKind[];

const registry = await loadRegistry({ plugins: [] });
const page = readFileSync(
  fileURLToPath(new URL("../../docs/policies.md", import.meta.url)),
  "utf8",
);
/** What stands about a kind, its providers included. */
const chapterOf = (kind: string): string =>
  page.split(/^## /m).find((chapter) => chapter.startsWith(`\`${kind}\``)) ?? "";
const headingsIn = (chapter: string): string[] =>
  [...chapter.matchAll(/^### `(.+)`$/gm)].map((match) => match[1] ?? "");

describe("docs/policies.md", () => {
  it("has a chapter for each kind of policy", () => {
    expect([...page.matchAll(/^## `(.+?)`/gm)].map((match) => match[1])).toEqual(KINDS);
  });

  it.each(KINDS)("has a section for each %s provider, and for no other", (kind) => {
    const names = registry.list(kind).map((provider: Provider) => provider.name);
    expect(headingsIn(chapterOf(kind)).sort()).toEqual(names.sort());
  });

  it.each(
    KINDS.flatMap((kind) =>
      registry.list(kind).map((provider: Provider) => [kind, provider.name, provider] as const),
    ),
  )("explains the options of %s %s", (kind, name, { schema }) => {
    const [preface = "", ...sections] = chapterOf(kind).split(/^### /m);
    const section = sections.find((text) => text.startsWith(`\`${name}\``)) ?? "";
    for (const [option, property] of Object.entries(schema.properties)) {
      const row = `${preface}\n${section}`
        .split("\n")
        .find((line) => line.startsWith(`| \`${option}\``));
      expect(row, option).toBeDefined();
      const { default: preset } = property as { default?: number | boolean };
      expect(row).toContain(preset === undefined ? "|" : `| ${preset.toLocaleString("en")} `);
    }
  });
});
