import { describe, expect, it } from "vitest";
import { providerText } from "../../../core/cli/list.ts";
import { PROVIDER_KINDS } from "../../../core/index.ts";
import { capture } from "./capture-io.ts";
import { SPAWN_TIMEOUT_MS, spawnCli } from "./spawn-cli.ts";
import { toyFiles } from "./toy-files.ts";

describe("extravirt list", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("lists every kind with its providers", async () => {
    const { code, out } = await spawnCli(["list"]);
    expect(code).toBe(0);
    for (const kind of PROVIDER_KINDS) expect(out).toMatch(new RegExp(`^${kind}$`, "m"));
    for (const name of ["pair", "periodic", "third-replica", "register-bit-flip"]) {
      expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
  });

  it("lists one kind, with options and defaults", async () => {
    const { out } = await capture(["list", "checkpoint"]);
    expect(out.startsWith("checkpoint\n")).toBe(true);
    expect(out).toMatch(/maxSteps: .*an integer of at least 1 \(default \d+\)/);
    expect(out).not.toContain("third-replica");
  });

  it("lists the providers of a plugin", async () => {
    const cwd = await toyFiles();
    const { out } = await capture(["list", "backend", "--plugin", "./plugin.mjs"], { cwd });
    expect(out).toContain("to-stdout");
  });

  it("explains a plugin that is not there", async () => {
    const { code, err } = await capture(["list", "--plugin", "./absent.mjs"]);
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_PLUGIN_NOT_FOUND");
    expect(err).toContain("./absent.mjs");
  });

  it("gives schemas as JSON", async () => {
    const { out } = await capture(["list", "voting", "--json"]);
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({
        kind: "voting",
        name: "majority",
        schema: expect.objectContaining({ type: "object" }),
      }),
    );
  });
});

describe("providerText", () => {
  it("marks options that are required", () => {
    const text = providerText({
      kind: "boot",
      name: "elf",
      summary: "Loads a program",
      schema: {
        type: "object",
        properties: { file: { type: "string", description: "Program." } },
        required: ["file"],
        additionalProperties: false,
      },
    });
    expect(text).toContain("file: Program; text (required)");
  });
});
