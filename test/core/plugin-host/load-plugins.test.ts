import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { importPlugin, loadPlugins } from "../../../core/plugin-host/load-plugins.ts";
import { expectProblem, failureOf } from "../config/expect-problem.ts";
import type { ExpectedProblem } from "../config/expect-problem.ts";
import { temporaryFiles } from "../config/temporary-files.ts";

describe("loadPlugins", () => {
  it("imports plugins in order, TypeScript too", async () => {
    const root = await temporaryFiles({
      "one.ts": 'const name: string = "one"; export default { name, apiVersion: 1 };',
      "node_modules/extravirt-plugin-two/package.json": '{ "type": "module", "main": "m.js" }',
      "node_modules/extravirt-plugin-two/m.js":
        'export const plugin = { name: "two", apiVersion: 1, provide() {} };',
    });
    const plugins = await loadPlugins(["./one.ts", "two"], join(root, "a.yaml"));
    expect(plugins.map(({ name }) => name)).toEqual(["one", "two"]);
  });

  it("says which entry is not there", async () => {
    const root = await temporaryFiles({});
    expectProblem(await failureOf(loadPlugins(["./gone.ts"], join(root, "a.yaml"))), {
      code: "XV_ERR_PLUGIN_NOT_FOUND",
      place: "a.yaml: plugins[0]",
      value: "./gone.ts",
      remedy: "Check the path",
    });
  });
});

const BAD_PLUGINS: readonly [string, string, ExpectedProblem][] = [
  [
    "a module that throws",
    'throw new Error("boom");',
    { code: "XV_ERR_PLUGIN_FAILED", message: "boom", remedy: "Correct the plugin" },
  ],
  [
    "a module without a plugin",
    "export const other = 1;",
    { code: "XV_ERR_PLUGIN_INVALID", value: "no default export", remedy: "apiVersion" },
  ],
  [
    "a function for a plugin",
    "export default () => {};",
    { code: "XV_ERR_PLUGIN_INVALID", value: "function", remedy: "apiVersion" },
  ],
  [
    "provide that is no function",
    'export default { name: "p", apiVersion: 1, provide: [] };',
    { code: "XV_ERR_PLUGIN_INVALID", value: "object", remedy: "a function" },
  ],
  [
    "an older API version",
    'export default { name: "p", apiVersion: 0 };',
    {
      code: "XV_ERR_PLUGIN_API_VERSION",
      value: "apiVersion 0",
      remedy: "newer version of the plugin",
    },
  ],
  [
    "a newer API version",
    'export default { name: "p", apiVersion: 2 };',
    { code: "XV_ERR_PLUGIN_API_VERSION", value: "this is version 1", remedy: "Update extravirt" },
  ],
  [
    "no API version",
    'export default { name: "p" };',
    {
      code: "XV_ERR_PLUGIN_API_VERSION",
      value: "undefined",
      remedy: "newer version of the plugin",
    },
  ],
];

describe("importPlugin", () => {
  it.each(BAD_PLUGINS)("explains %s", async (_, source, expected) => {
    const root = await temporaryFiles({ "p.mjs": source });
    const url = pathToFileURL(join(root, "p.mjs")).href;
    expectProblem(await failureOf(importPlugin(url)), { place: url, ...expected });
  });
});
