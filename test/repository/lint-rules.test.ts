// The lint configuration keeps promises of the architecture: dependency
// direction and replica determinism. Each is broken here once, on purpose, in a
// scratch copy of the folder layout, and oxlint has to name the rule.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const OXLINT = join(ROOT, "node_modules/oxlint/bin/oxlint");

const REPLICA_FOLDERS = [
  "guest-archs/riscv",
  "plugins/devices",
  "plugins/instrumentation",
  "core/machine",
  "core/memory",
];

const HOST_EXPRESSIONS = [
  "Date.now()",
  "new Date().getTime()",
  "Math.random()",
  "performance.now()",
  "process.pid",
  "crypto.randomUUID()",
  "setTimeout(() => undefined, 1)",
  "globalThis.performance.now()",
];

const HOST_MODULES = ["node:crypto", "crypto", "node:fs", "node:perf_hooks", "node:timers"];

describe("lint rules", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "extravirt-lint-"));
    copyFileSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Lints one source per path; answers the names of the rules each one breaks. */
  function lint(sources: Record<string, string>): Record<string, string[]> {
    for (const [path, source] of Object.entries(sources)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
    }
    const run = spawnSync(process.execPath, [OXLINT, "--format", "json", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    const report = JSON.parse(run.stdout) as { diagnostics: { code: string; filename: string }[] };
    const broken: Record<string, string[]> = {};
    for (const path of Object.keys(sources)) broken[path] = [];
    for (const { code, filename } of report.diagnostics) {
      broken[filename]?.push(code.replace(/^.*\((.*)\)$/, "$1"));
    }
    return broken;
  }

  function importing(specifier: string): string {
    return `import type { X } from "${specifier}";\nexport type Y = X;\n`;
  }

  it.each(REPLICA_FOLDERS)("code in %s cannot ask the host for anything", (place) => {
    const sources: Record<string, string> = {};
    for (const [index, expression] of HOST_EXPRESSIONS.entries()) {
      sources[`${place}/expression-${index}.ts`] = `export const value: unknown = ${expression};\n`;
    }
    for (const [index, specifier] of HOST_MODULES.entries()) {
      sources[`${place}/module-${index}.ts`] = `export * from "${specifier}";\n`;
    }
    for (const [path, rules] of Object.entries(lint(sources))) {
      expect(rules, sources[path]).toContainEqual(
        expect.stringMatching(/^no-restricted-(globals|properties|imports)$/),
      );
    }
  });

  it("the coordinator may read the host's clock", () => {
    const path = "core/coordinator/pace.ts";
    expect(lint({ [path]: "export const now: number = Date.now();\n" })).toEqual({ [path]: [] });
  });

  it.each([
    ["core/config/load.ts", "../../plugins/devices/uart.ts"],
    ["core/machine/bus.ts", "../../guest-archs/riscv/index.ts"],
    ["plugins/voting/majority.ts", "../../core/api/epoch.ts"],
    ["plugins/devices/uart.ts", "../../core/machine/bus.ts"],
    ["plugins/devices/uart.ts", "../../guest-archs/riscv/index.ts"],
    ["guest-archs/riscv/index.ts", "../../core/indexed.ts"],
    ["guest-archs/riscv/index.ts", "../../plugins/devices/uart.ts"],
  ])("%s cannot import %s", (path, specifier) => {
    expect(lint({ [path]: importing(specifier) })[path]).toContain("no-restricted-imports");
  });

  it("imports along the dependency direction are fine", () => {
    const sources = {
      "core/cli/main.ts": importing("../plugin-host/load-plugin.ts"),
      "plugins/voting/majority.ts": importing("../../core/index.ts"),
      "plugins/devices/virtio/block.ts": importing("./queue.ts"),
      "guest-archs/riscv/index.ts": importing("../engine/interpreter.ts"),
      "guest-archs/riscv/platform/clint.ts": importing("../../../core/index.ts"),
    };
    for (const rules of Object.values(lint(sources))) expect(rules).toEqual([]);
  });

  it.each(["it.only", "it.skip", "describe.only", "describe.skip"])("no test uses %s", (call) => {
    const body = call.startsWith("it") ? "expect(1).toBe(1);" : 'it("y", () => {});';
    const path = "test/x.test.ts";
    const source = `import { describe, expect, it } from "vitest";\n${call}("x", () => { ${body} });\n`;
    expect(lint({ [path]: source })[path]).toContainEqual(
      expect.stringMatching(/^no-(focused|disabled)-tests$/),
    );
  });

  it("a test may be skipped where its tool is missing", () => {
    const path = "test/x.test.ts";
    const source =
      'import { expect, it } from "vitest";\n' +
      'it.skipIf(process.pid === 1)("x", () => { expect(process.pid).not.toBe(1); });\n';
    expect(lint({ [path]: source })).toEqual({ [path]: [] });
  });

  it("a file cannot grow past 400 lines unless it is generated", () => {
    const source = "export {};\n".repeat(401);
    const rules = lint({ "core/long.ts": source, "core/generated/long.ts": source });
    expect(rules["core/long.ts"]).toContain("max-lines");
    expect(rules["core/generated/long.ts"]).not.toContain("max-lines");
  });
});
