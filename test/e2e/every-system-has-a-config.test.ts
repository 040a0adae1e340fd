// The configs of `configs/systems`, each after a system that the project follows: the guest of the quick start, the
// strategies of that system, and a fault that it survives.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnCli } from "../core/cli/spawn-cli.ts";
import { expectedOutput } from "./guest-run.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = "configs/systems";
const CONFIGS = readdirSync(join(ROOT, FOLDER)).map((file) => file.replace(".yaml", ""));
const TIMEOUT_MS = 120_000;

/** What the summary says of each. */
const SAYS: Readonly<Record<string, RegExp>> = {
  "content-sharing": /-> recovered by third-replica in .*, blamed: replica 1;/,
  extravirt: /-> recovered by third-replica in .*, blamed: replica 1;/,
  "hypervisor-based": /-> recovered by failover in .*, blamed: replica 0;/,
  revirt: /divergences +none/,
  swift: /a replica found itself faulty[^]*-> recovered by rollback in /,
  "triple-modular": /-> recovered by third-replica in .*, blamed: replica 1;/,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "extravirt-systems-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(CONFIGS)("configs/systems/%s.yaml", { timeout: TIMEOUT_MS }, (name) => {
  it("shows what the guest prints on any right machine", async () => {
    const recording = join(folder, "recording");
    const args = ["run", `${FOLDER}/${name}.yaml`, "--incidents", join(folder, "incidents")];
    const more = name === "revirt" ? ["--set", `replication.recording=${recording}`] : [];
    const { code, out, err } = await spawnCli([...args, ...more], { cwd: ROOT });
    expect(out).toBe(expectedOutput("quick-start"));
    expect(err).toMatch(SAYS[name] ?? /never/);
    expect(code).toBe(0);
  });
});

describe("docs/systems.md", () => {
  it("names every config, and no other", () => {
    const text = readFileSync(join(ROOT, "docs/systems.md"), "utf8");
    const named = [...text.matchAll(/configs\/systems\/([a-z-]+)\.yaml/g)].map(([, name]) => name);
    expect([...new Set(named)].toSorted()).toEqual(CONFIGS.toSorted());
  });
});
