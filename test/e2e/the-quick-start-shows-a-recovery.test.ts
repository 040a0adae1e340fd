// What a new user sees first: `npm start`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFiles } from "../core/config/temporary-files.ts";
import { spawnCli } from "../core/cli/spawn-cli.ts";
import { expectedOutput } from "./guest-run.ts";

const ROOT = join(import.meta.dirname, "../..");
const TIMEOUT_MS = 120_000;

function startArguments(): string[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: { readonly start: string };
  };
  const [program, main, ...args] = manifest.scripts.start.split(" ");
  expect([program, main]).toEqual(["node", "core/cli/main.ts"]);
  return args;
}

describe("npm start", { timeout: TIMEOUT_MS }, () => {
  it("shows a divergence, a recovery, and the guest's output as if nothing had happened", async () => {
    const incidents = await temporaryFiles({});
    const args = [...startArguments(), "--incidents", incidents];
    const { code, out, err } = await spawnCli(args, { cwd: ROOT });
    expect(out).toBe(expectedOutput("quick-start"));
    expect(err).toContain("all verified by 2 replicas");
    expect(err).toMatch(/fault +replica 1, step 123,456,789: x2 bit 4/);
    expect(err).toMatch(/divergences +1\n/);
    expect(err).toMatch(/-> recovered by third-replica in .*, blamed: replica 1[;\n]/);
    expect(code).toBe(0);

    const [, told = ""] = /to find its cause: extravirt (bisect \S+)\n/.exec(err) ?? [];
    const bisection = await spawnCli(told.split(" "), { cwd: ROOT });
    expect(bisection.code).toBe(0);
    expect(bisection.out).toContain("first wrong step: 123,456,789, in epoch 24");
    expect(bisection.out).toContain("register x2 bit 4: 0x80006370 is right, it was 0x80006360");
  });

  it("does the same without the fault, and has nothing to recover from", async () => {
    const args = [...startArguments(), "--set", "faults=[]"];
    const { code, out, err } = await spawnCli(args, { cwd: ROOT });
    expect(out).toBe(expectedOutput("quick-start"));
    expect(err).toMatch(/divergences +none\n/);
    expect(code).toBe(0);
  });
});
