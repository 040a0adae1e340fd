import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { PROVIDER_KINDS } from "../../../core/index.ts";
import type { Plugin, Provider } from "../../../core/index.ts";
import { loadBuiltInPlugins } from "../../../core/plugin-host/built-in-plugins.ts";
import {
  createPluginHost,
  loadRegistry,
  loadReplicaRegistry,
} from "../../../core/plugin-host/load-registry.ts";
import { expectProblem, failureOf } from "../config/expect-problem.ts";
import { temporaryFiles } from "../config/temporary-files.ts";

const VOTING: Provider = {
  kind: "voting",
  name: "mine",
  summary: "x",
  schema: { type: "object", properties: {}, additionalProperties: false },
};

const plugin = (name: string, provide: Plugin["provide"]): Plugin => ({
  name,
  apiVersion: 1,
  ...(provide === undefined ? {} : { provide }),
});

describe("loadReplicaRegistry", () => {
  it("holds all that a replica asks for, and plugins of the config", async () => {
    const source = `export default { name: "p", apiVersion: 1, provide(r) { r.register(${JSON.stringify(VOTING)}); } };`;
    const root = await temporaryFiles({ "p.mjs": source });
    const plugins = [pathToFileURL(join(root, "p.mjs")).href];
    const all = await loadRegistry({ plugins });
    const registry = await loadReplicaRegistry({ plugins });
    for (const kind of ["device", "platform", "fault", "instrumentation"] as const) {
      expect(registry.list(kind)).toEqual(all.list(kind));
      expect(registry.list(kind).length).toBeGreaterThan(0);
    }
    expect(registry.get("voting", "mine")).toEqual(VOTING);
    expect(registry.list("recovery")).toEqual([]);
  });
});

describe("loadRegistry", () => {
  it("holds built-in providers and those of the config's plugins", async () => {
    const source = `export default { name: "p", apiVersion: 1, provide(r) { r.register(${JSON.stringify(VOTING)}); } };`;
    const root = await temporaryFiles({ "p.mjs": source });
    const registry = await loadRegistry({ plugins: [pathToFileURL(join(root, "p.mjs")).href] });
    expect(registry.get("voting", "mine")).toEqual(VOTING);
    expect(registry.get("voting", "majority").name).toBe("majority");
  });

  it("gives providers that keep the promises of their interface", async () => {
    const registry = await loadRegistry({ plugins: [] });
    for (const kind of PROVIDER_KINDS) {
      for (const provider of registry.list(kind) as readonly Provider[]) {
        expect(provider.kind).toBe(kind);
        expect(provider.name).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(provider.summary).not.toBe("");
        const options = Object.keys(provider.schema.properties);
        expect(options).not.toContain("use");
        for (const path of provider.paths ?? []) expect(options, provider.name).toContain(path);
      }
    }
  });
});

describe("loadBuiltInPlugins", () => {
  it("takes plugin objects and addresses", async () => {
    const root = await temporaryFiles({
      "list.mjs": [
        'const one = { name: "one", apiVersion: 1 };',
        'export const builtInPlugins = [one, new URL("two.mjs", import.meta.url).href];',
      ].join("\n"),
      "two.mjs": 'export default { name: "two", apiVersion: 1 };',
    });
    const plugins = await loadBuiltInPlugins(pathToFileURL(join(root, "list.mjs")).href);
    expect(plugins.map(({ name }) => name)).toEqual(["one", "two"]);
  });
});

describe("createPluginHost", () => {
  it("keeps plugins in order, for apply", () => {
    const plugins = [plugin("a", undefined), plugin("b", undefined)];
    expect(createPluginHost(plugins).plugins).toEqual(plugins);
  });

  it("names both plugins that bring the same provider", async () => {
    const bringing = (name: string): Plugin => plugin(name, (r) => r.register(VOTING));
    expectProblem(await failureOf(() => createPluginHost([bringing("one"), bringing("two")])), {
      code: "XV_ERR_PLUGIN_DUPLICATE_PROVIDER",
      message: 'The plugins "one" and "two"',
      place: "plugin two",
      value: "mine",
      remedy: "Remove one of the two",
    });
  });

  it("names the plugin that fails to register", async () => {
    const failing = plugin("p", () => {
      throw new TypeError("oops");
    });
    expectProblem(await failureOf(() => createPluginHost([failing])), {
      code: "XV_ERR_PLUGIN_FAILED",
      message: "oops",
      place: "plugin p",
      remedy: "Correct the plugin",
    });
  });
});
