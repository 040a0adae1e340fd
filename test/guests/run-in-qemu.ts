// Runs a bundled guest on QEMU's `virt` machine, the reference for its output.
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { RequiredTool } from "../require-tool.ts";

export const QEMU: RequiredTool = {
  name: "QEMU for RISC-V",
  command: ["qemu-system-riscv64", "--version"],
  debianPackage: "qemu-system-misc",
};

const GUESTS = join(import.meta.dirname, "../../guests");
const RAM = "16M";
/** Stops a guest that hangs; the slowest needs a second. */
const HANG_MS = 60_000;

export interface QemuRun {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface QemuOptions {
  /** Further arguments of QEMU. */
  readonly args?: readonly string[];
  /** Bytes typed at the console. */
  readonly input?: string;
}

/** Runs guests/bin/`guest`.elf to its end. */
export function runInQemu(guest: string, options: QemuOptions = {}): QemuRun {
  const result = spawnSync("qemu-system-riscv64", argumentsFor(guest, options.args ?? []), {
    input: options.input ?? "",
    encoding: "utf8",
    timeout: HANG_MS,
  });
  return { exitCode: result.status, output: result.stdout, errors: result.stderr };
}

/**
 * As `runInQemu`, without blocking this process: it is the guest's peer meanwhile, at the socket `path`. QEMU connects in
 * the background and drops what a guest sends before; so the guest is started when the connection is there.
 */
export async function runBesideQemu(
  guest: string,
  path: string,
  args: readonly string[],
): Promise<QemuRun> {
  const monitorPath = `${path}.monitor`;
  const closeMonitor = await startWhenConnected(monitorPath);
  const { promise, resolve } = Promise.withResolvers<QemuRun>();
  const network = ["-netdev", `stream,id=net,server=off,addr.type=unix,addr.path=${path}`];
  const child = execFile(
    "qemu-system-riscv64",
    argumentsFor(guest, ["-S", "-monitor", `unix:${monitorPath}`, ...network, ...args]),
    { timeout: HANG_MS },
    (_error, output, errors) => resolve({ exitCode: child.exitCode, output, errors }),
  );
  child.stdin?.end();
  const run = await promise;
  closeMonitor();
  return run;
}

const PROMPT = "(qemu) ";
const POLL_MS = 10;

/** Listens for QEMU's monitor, asks it for the state of the network, and lets the guest run once that is connected. */
async function startWhenConnected(path: string): Promise<() => void> {
  const server = createServer((monitor) => {
    let said = "";
    monitor.on("error", () => {});
    monitor.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (!said.endsWith(PROMPT)) return;
      const isConnected = said.includes("type=stream,unix:");
      said = "";
      if (isConnected) monitor.removeAllListeners("data").resume().write("cont\n");
      else setTimeout(() => monitor.write("info network\n"), POLL_MS);
    });
  }).listen(path);
  await once(server, "listening");
  return () => void server.close();
}

function argumentsFor(guest: string, args: readonly string[]): string[] {
  const machine = ["-M", "virt", "-m", RAM, "-nographic", "-bios", "none"];
  return [...machine, "-kernel", join(GUESTS, "bin", `${guest}.elf`), ...args];
}

/** Text of guests/expected/`name`.txt. */
export function expectedOutput(name: string): string {
  return readFileSync(join(GUESTS, "expected", `${name}.txt`), "utf8");
}
