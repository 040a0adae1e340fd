import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { pluginCandidates, resolvePlugin } from "../../../core/plugin-host/resolve-plugin.ts";
import { expectProblem, failureOf } from "../config/expect-problem.ts";
import { temporaryFiles } from "../config/temporary-files.ts";

describe("pluginCandidates", () => {
  it.each([
    ["foo", ["extravirt-plugin-foo", "foo"]],
    ["extravirt-plugin-foo", ["extravirt-plugin-foo"]],
    ["@me/foo", ["@me/extravirt-plugin-foo", "@me/foo"]],
    ["@me/extravirt-plugin-foo", ["@me/extravirt-plugin-foo"]],
    ["@me", ["@me/extravirt-plugin"]],
    ["./foo.ts", ["./foo.ts"]],
    ["../foo", ["../foo"]],
    ["/abs/foo.ts", ["/abs/foo.ts"]],
    ["file:///abs/foo.ts", ["file:///abs/foo.ts"]],
  ])("of %j are %j", (specifier, candidates) => {
    expect(pluginCandidates(specifier)).toEqual(candidates);
  });
});

describe("resolvePlugin", () => {
  const manifest = (exports: unknown): string =>
    JSON.stringify({ name: "x", type: "module", exports });

  it("finds files and packages from the directory of the naming file", async () => {
    const root = await temporaryFiles({
      "conf/here.ts": "",
      "conf/node_modules/extravirt-plugin-foo/package.json": manifest({ import: "./i.js" }),
      "conf/node_modules/extravirt-plugin-foo/i.js": "",
      "node_modules/plain/package.json": manifest("./p.js"),
      "node_modules/plain/p.js": "",
    });
    const from = join(root, "conf/a.yaml");
    const resolved = (specifier: string): string => resolvePlugin(specifier, from, "a.yaml");
    const url = (path: string): string => pathToFileURL(join(root, path)).href;
    expect(resolved("./here.ts")).toBe(url("conf/here.ts"));
    expect(resolved(join(root, "conf/here.ts"))).toBe(url("conf/here.ts"));
    expect(resolved(url("conf/here.ts"))).toBe(url("conf/here.ts"));
    expect(resolved("foo")).toBe(url("conf/node_modules/extravirt-plugin-foo/i.js"));
    expect(resolved("plain")).toBe(url("node_modules/plain/p.js"));
  });

  it("lists every candidate tried and what to type next", async () => {
    const root = await temporaryFiles({
      "node_modules/foo/package.json": manifest({ "./other": "./o.js" }),
    });
    const failure = await failureOf(() =>
      resolvePlugin("foo", join(root, "a.yaml"), "a.yaml: plugins[0]"),
    );
    expectProblem(failure, {
      code: "XV_ERR_PLUGIN_NOT_FOUND",
      message: "extravirt-plugin-foo (not there), foo (the package exports nothing to import)",
      place: "a.yaml: plugins[0]",
      value: "foo",
      remedy: "npm install extravirt-plugin-foo",
    });
  });

  it("tells that paths are relative to the naming file", async () => {
    const root = await temporaryFiles({});
    expectProblem(
      await failureOf(() => resolvePlugin("./x.ts", join(root, "a"), "a: plugins[0]")),
      {
        code: "XV_ERR_PLUGIN_NOT_FOUND",
        message: "./x.ts (not there)",
        place: "a: plugins[0]",
        value: "./x.ts",
        remedy: "relative to the file that names it",
      },
    );
  });
});
