import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { emptyDirectory } from "../recording/recorded-toy.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** Processes that this one has started, by number. */
function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, after = ""] = readFileSync(`/proc/${name}/stat`, "utf8").split(") ");
        return Number(after.split(" ")[1]) === parent ? [Number(name)] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** Killed and not waited for yet counts as gone. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe.skipIf(process.platform !== "linux")("processes of a coordinator that is killed", () => {
  it("end by themselves, those that hang too", { timeout: 120_000 }, async () => {
    const file = join(await emptyDirectory(), "config.yaml");
    writeFileSync(
      file,
      `extends: ${join(ROOT, "configs/processes.yaml")}
incidents: null
replication: { use: pair, watchdogMs: 600000 }
faults: [{ use: worker-hang, replica: 0, at: 30000000 }]
`,
    );
    const coordinator = spawn(
      process.execPath,
      [join(ROOT, "core/cli/main.ts"), "run", file, "--no-incidents"],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let news = "";
    coordinator.stderr.setEncoding("utf8").on("data", (text: string) => {
      news += text;
    });
    const pid = coordinator.pid ?? -1;
    await until(() => news.includes("hang") || coordinator.exitCode !== null);
    const replicas = childrenOf(pid);
    expect(replicas.length).toBeGreaterThanOrEqual(2);
    process.kill(pid, "SIGKILL");
    await once(coordinator, "exit");
    await until(() => !replicas.some((replica) => isRunning(replica)));
  });
});
