// The configs that come with ExtraVirt are valid, for the loader and for editors.
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { cosmiconfig } from "cosmiconfig";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../core/config/load-config.ts";
import { temporaryFiles } from "./temporary-files.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CONFIGS = globSync("configs/*.yaml", { cwd: ROOT });
const EXAMPLES = [
  ...readFileSync(`${ROOT}/docs/policies.md`, "utf8").matchAll(/^```yaml\n([^]*?)^```$/gm),
].map(([, text = ""]) => text);

describe("published configs", () => {
  it("are there", () => {
    expect(CONFIGS.map((file) => file.replace("configs/", "")).toSorted()).toEqual([
      "compare-strategies.yaml",
      "debian-campaign.yaml",
      "debian-fault.yaml",
      "debian-pair.yaml",
      "debian-solo.yaml",
      "debian-web.yaml",
      "defective-core.yaml",
      "devices-below.yaml",
      "own-kernel.yaml",
      "processes.yaml",
      "quick-start.yaml",
      "soft-errors.yaml",
      "two-hosts.yaml",
    ]);
  });

  it("have examples beside them", () => {
    expect(EXAMPLES.length).toBeGreaterThan(3);
  });

  it.each(CONFIGS)("%s is valid and comes with a comment", async (file) => {
    const { label } = await loadConfig(file, { cwd: ROOT });
    expect(label).toBe(file);
    expect(readFileSync(`${ROOT}/${file}`, "utf8")).toMatch(/^# yaml-language-server: .*\n#\n# \w/);
  });

  it.each(CONFIGS)("%s satisfies the published schema", async (file) => {
    const schema = JSON.parse(
      readFileSync(`${ROOT}/configs/extravirt.schema.json`, "utf8"),
    ) as object;
    const result = await cosmiconfig("extravirt").load(`${ROOT}/${file}`);
    const validate = new Ajv({ strict: false }).compile(schema);
    validate(result?.config);
    expect(validate.errors).toBeNull();
  });

  it.each(EXAMPLES)("example %# of docs/policies.md is valid for the quick start", async (text) => {
    const extended = `extends: ${ROOT}/configs/quick-start.yaml\n\n${text}`;
    const cwd = await temporaryFiles({ "example.yaml": extended });
    await expect(loadConfig("example.yaml", { cwd })).resolves.toBeDefined();
  });

  it("run a bundled guest in the quick start, with a fault in one of two replicas", async () => {
    const { config } = await loadConfig("configs/quick-start.yaml", { cwd: ROOT });
    expect(existsSync(config.machine.boot["program"] as string)).toBe(true);
    expect(config.replication.use).toBe("pair");
    expect(config.faults).toHaveLength(1);
  });

  it("differ in replication and fault alone for Debian", async () => {
    const solo = (await loadConfig("configs/debian-solo.yaml", { cwd: ROOT })).config;
    const pair = (await loadConfig("configs/debian-pair.yaml", { cwd: ROOT })).config;
    const fault = (await loadConfig("configs/debian-fault.yaml", { cwd: ROOT })).config;
    expect(pair.machine).toEqual(solo.machine);
    expect(pair.images).toEqual(solo.images);
    expect([solo, pair, fault].map(({ replication }) => replication.use)).toEqual([
      "solo",
      "pair",
      "pair",
    ]);
    expect(fault.faults).toHaveLength(1);
  });
});
