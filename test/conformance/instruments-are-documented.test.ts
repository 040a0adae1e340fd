import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadRegistry } from "../../core/plugin-host/load-registry.ts";

const registry = await loadRegistry({ plugins: [] });
const page = readFileSync(
  fileURLToPath(new URL("../../docs/instrumentation.md", import.meta.url)),
  "utf8",
);
const sections = page.split(/^### /m).slice(1);

describe("docs/instrumentation.md", () => {
  it("has a section for each instrument, and for no other", () => {
    const names = registry.list("instrumentation").map(({ name }) => `\`${name}\``);
    expect(sections.map((section) => section.split("\n")[0]).sort()).toEqual(names.sort());
  });

  it.each(registry.list("instrumentation").map((provider) => [provider.name, provider] as const))(
    "explains the options of %s",
    (name, { schema }) => {
      const section = sections.find((text) => text.startsWith(`\`${name}\``)) ?? "";
      for (const option of Object.keys(schema.properties)) {
        expect(section).toContain(`\n| \`${option}\``);
      }
    },
  );
});
