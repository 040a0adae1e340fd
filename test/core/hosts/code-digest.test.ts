import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { pluginDigest, softwareDigest } from "../../../core/hosts/code-digest.ts";

const folder = mkdtempSync(join(tmpdir(), "extravirt-digest-"));
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;

/** A plugin of these files, in a place of its own. */
function plugin(files: Readonly<Record<string, string>>): string {
  const base = join(folder, String(number++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, name)), { recursive: true });
    writeFileSync(join(base, name), text);
  }
  return pluginDigest(pathToFileURL(join(base, "plugin.ts")).href);
}

const FILES = {
  "plugin.ts": 'import { x } from "./part/x.ts";\nimport dep from "dep";\nimport "node:fs";\n',
  "part/x.ts": 'export const x = await import("../y.js");\n',
  "y.js": 'import "./part/x.ts"; export default 1;\n',
  "node_modules/dep/package.json": '{ "name": "dep", "version": "1.2.3", "main": "main.js" }',
  "node_modules/dep/main.js": "",
};

describe("digests of code", () => {
  it("are equal for equal plugins wherever they lie", () => {
    expect(plugin(FILES)).toBe(plugin({ ...FILES, "unused.ts": "1" }));
  });

  it.each([
    ["the module", { "plugin.ts": `${FILES["plugin.ts"]}// another` }],
    ["what it imports", { "y.js": "export default 2;" }],
    ["the version of a package", { "node_modules/dep/package.json": '{ "version": "1.2.4" }' }],
  ])("differ with %s", (_what, changed) => {
    expect(plugin({ ...FILES, ...changed })).not.toBe(plugin(FILES));
  });

  it("differ where a module is missing, and take text that looks like an import for text", () => {
    const { "y.js": _y, ...rest } = FILES;
    expect(plugin(rest)).not.toBe(plugin(FILES));
    expect(plugin({ "plugin.ts": "const text = \"from './nowhere'\";" })).toMatch(
      /^[0-9a-f]{64}$/u,
    );
  });

  it("cover ExtraVirt itself", () => {
    expect(softwareDigest()).toMatch(/^[0-9a-f]{64}$/u);
    expect(softwareDigest()).toBe(softwareDigest());
  });
});
