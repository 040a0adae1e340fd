import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { SPAWN_TIMEOUT_MS, spawnCli } from "./spawn-cli.ts";

describe("extravirt", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("explains itself", async () => {
    const { code, out, err } = await spawnCli(["--help"]);
    expect(code).toBe(0);
    expect(err).toBe("");
    for (const command of ["run", "validate", "list", "schema", "image"]) {
      expect(out).toContain(`  ${command} `);
    }
    expect(out).toContain("extravirt run configs/quick-start.yaml");
  });

  it.each(["run", "validate", "list", "schema", "image"])(
    "explains %s with an example",
    async (command) => {
      const { code, out } = await capture([command, "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(/Examples?:\n {2}extravirt /);
    },
  );

  it("documents the exit codes where they matter", async () => {
    const { out } = await capture(["run", "--help"]);
    expect(out).toContain("130 Ctrl-C");
  });

  it("prints the version of the package", async () => {
    const manifest = new URL("../../../package.json", import.meta.url);
    const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
    expect(await capture(["--version"])).toEqual({ out: `${version}\n`, err: "", code: 0 });
  });

  it.each([
    [["rum"], "Did you mean run?"],
    [["run", "a", "b"], "too many arguments"],
    [["run", "--jsn"], "Did you mean --json?"],
    [["list", "devices"], "Allowed choices are"],
    [["run", "--set"], "argument missing"],
  ])("refuses %j with code 2", async (args, message) => {
    const { code, out, err } = await capture(args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(message);
  });

  it("shows help and fails when called without a command", async () => {
    const { code, err } = await capture([]);
    expect(code).toBe(2);
    expect(err).toContain("Usage: extravirt");
  });
});
