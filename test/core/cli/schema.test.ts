import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFiles } from "../config/temporary-files.ts";
import { capture } from "./capture-io.ts";
import { SPAWN_TIMEOUT_MS, spawnCli } from "./spawn-cli.ts";
import { toyFiles } from "./toy-files.ts";

describe("extravirt schema", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("prints a JSON Schema", async () => {
    const { code, out } = await spawnCli(["schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ title: "ExtraVirt config", type: "object" });
  });

  it("knows the providers of plugins", async () => {
    const cwd = await toyFiles();
    const { out } = await capture(["schema", "--plugin", "./plugin.mjs"], { cwd });
    expect(out).toContain('"backend:to-stdout"');
  });

  it("writes the file that --check then accepts, until it is stale", async () => {
    const cwd = await temporaryFiles({});
    const file = join(cwd, "my.schema.json");
    expect(await capture(["schema", "--write", "my.schema.json"], { cwd })).toMatchObject({
      out: "",
      code: 0,
    });
    expect((await capture(["schema", "--check", "my.schema.json"], { cwd })).code).toBe(0);
    await writeFile(file, (await readFile(file, "utf8")).replace("ExtraVirt config", "Old"));
    const { code, err } = await capture(["schema", "--check", "my.schema.json"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_SCHEMA_STALE");
    expect(err).toContain("where:  my.schema.json");
    expect(err).toContain("schema --write");
  });

  it("tells that the file to check is missing", async () => {
    const cwd = await temporaryFiles({});
    const { code, err } = await capture(["schema", "--check", "absent.json"], { cwd });
    expect(code).toBe(2);
    expect(err).toContain("XV_ERR_SCHEMA_STALE");
    expect(err).toContain("value:  no file");
  });

  it("is published up to date", async () => {
    expect(await capture(["schema", "--check"])).toEqual({ out: "", err: "", code: 0 });
  });
});
