// What becomes of recordings and incidents when the process is killed, or the disk is full.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { spawnCli, SPAWN_TIMEOUT_MS, type CliResult } from "./spawn-cli.ts";
import { FAULT, toyFiles } from "./toy-files.ts";

const MAIN = fileURLToPath(new URL("../../../core/cli/main.ts", import.meta.url));

/** Runs the command line where no file may grow beyond a few hundred bytes: as on a full disk, writes fail. */
function runOnFullDisk(args: readonly string[], cwd: string): Promise<CliResult> {
  const script = 'ulimit -f 1; exec "$0" "$@"';
  const child = spawn("sh", ["-c", script, process.execPath, MAIN, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

describe("a run that is recorded", { timeout: SPAWN_TIMEOUT_MS }, () => {
  it("and killed leaves an unsealed recording of what it did", async () => {
    const cwd = await toyFiles();
    const { code } = await spawnCli(["run", "endless.json", "--record", "rec"], {
      cwd,
      onOut: (child, out) => {
        // The log is written within half a second, the letters come all the time.
        if (out.length > 50) setTimeout(() => child.kill("SIGKILL"), 1500).unref();
      },
    });
    expect(code).toBe(null);
    const { code: replayCode, err } = await capture(["replay", "rec"], { cwd });
    expect(replayCode).toBe(0);
    expect(err).toContain("the replay is as recorded");
    expect(err).toContain("unsealed");
    expect(Number(/checked +([\d,]+) digests/.exec(err)?.[1]?.replaceAll(",", ""))).toBeGreaterThan(
      50,
    );
  });

  it("goes on when the disk is full, and says so", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--record", "rec", "--fault", FAULT];
    const { code, out, err } = await runOnFullDisk(args, cwd);
    expect({ code, out }).toEqual({ code: 0, out: "ABCDEFGHIJ" });
    expect(err).toContain(`${join(cwd, "rec")}, broken off: EFBIG`);
    expect(err).toMatch(/the incident .* could not be completed: EFBIG/);
    expect(err).not.toContain("extravirt bisect");
  });
});
