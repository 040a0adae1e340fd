// Runs a bundled guest on QEMU's `virt` machine, the reference for its output.
import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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

/** As `runInQemu`, without blocking this process: it can be the guest's peer meanwhile. */
export function runBesideQemu(guest: string, args: readonly string[]): Promise<QemuRun> {
  const { promise, resolve } = Promise.withResolvers<QemuRun>();
  const child = execFile(
    "qemu-system-riscv64",
    argumentsFor(guest, args),
    { timeout: HANG_MS },
    (_error, output, errors) => resolve({ exitCode: child.exitCode, output, errors }),
  );
  child.stdin?.end();
  return promise;
}

function argumentsFor(guest: string, args: readonly string[]): string[] {
  const machine = ["-M", "virt", "-m", RAM, "-nographic", "-bios", "none"];
  return [...machine, "-kernel", join(GUESTS, "bin", `${guest}.elf`), ...args];
}

/** Text of guests/expected/`name`.txt. */
export function expectedOutput(name: string): string {
  return readFileSync(join(GUESTS, "expected", `${name}.txt`), "utf8");
}
