// What becomes of recordings and incidents when the process is killed, or the disk is full.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { capture } from "./capture-io.ts";
import { spawnCli, SPAWN_TIMEOUT_MS, type CliResult } from "./spawn-cli.ts";
import { FAULT, toyFiles } from "./toy-files.ts";

const MAIN = fileURLToPath(new URL("../../../core/cli/main.ts", import.meta.url));

/** Runs the command line where no file may grow beyond some blocks of 512 bytes: as on a full disk, writes fail. */
function runOnFullDisk(args: readonly string[], cwd: string, blocks = 1): Promise<CliResult> {
  const script = `ulimit -f ${blocks}; exec "$0" "$@"`;
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

  it("goes on when the disk is full, and says so at once, also when it says little", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--record", "rec", "--fault", FAULT, "--quiet"];
    const { code, out, err } = await runOnFullDisk(args, cwd);
    expect({ code, out }).toEqual({ code: 0, out: "ABCDEFGHIJ" });
    expect(err).toMatch(/the recording .*rec.recording\.xvr broke off by epoch \d+, .*: EFBIG/);
    expect(err.match(/broke off/g)).toHaveLength(1);
    expect(err).toMatch(/the incident .* could not be completed: EFBIG/);
    expect(err).not.toContain("extravirt bisect");
    const told = await runOnFullDisk(["run", "letters.json", "--record", "rec-2"], cwd);
    expect(told.err).toContain(`${join(cwd, "rec-2")}, broken off: EFBIG`);
  });

  it("leaves no empty incident where the disk takes nothing", async () => {
    const cwd = await toyFiles();
    const args = ["run", "letters.json", "--fault", FAULT];
    const { code, err } = await runOnFullDisk(args, cwd, 0);
    expect(code).toBe(0);
    expect(err).toContain("no incident was written: EFBIG");
    expect(await readdir(join(cwd, "incidents"))).toEqual([]);
  });
});
