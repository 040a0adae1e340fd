// Tests that need a program from the host (a compiler, QEMU, e2fsck) ask here
// whether it is installed, and skip with the reason printed when it is not.
// With EXTRAVIRT_REQUIRE_ALL set, as in CI, a missing program is a failure.
import { spawnSync } from "node:child_process";

export interface RequiredTool {
  /** What the test calls the tool, for the message: "RISC-V compiler". */
  readonly name: string;
  /** Program and arguments that exit with 0 when the tool is usable. */
  readonly command: readonly [string, ...string[]];
  /** Debian package that brings it. */
  readonly debianPackage: string;
}

/**
 * Whether `tool` runs on this host; for `it.skipIf(!requireTool(...))`.
 * Throws when it does not and EXTRAVIRT_REQUIRE_ALL is set (to anything but "" or "0").
 */
export function requireTool(tool: RequiredTool): boolean {
  const problem = probe(tool.command);
  if (problem === undefined) return true;
  const [program] = tool.command;
  const message =
    `${tool.name} is missing: ${program} ${problem}. ` +
    `On Debian: apt-get install ${tool.debianPackage}`;
  if (isEverythingRequired()) {
    throw new Error(`${message} (EXTRAVIRT_REQUIRE_ALL is set, so nothing may be skipped)`);
  }
  console.warn(`Skipping tests: ${message}`);
  return false;
}

/** Whether nothing may be skipped. */
export function isEverythingRequired(): boolean {
  const value = process.env["EXTRAVIRT_REQUIRE_ALL"];
  return value !== undefined && value !== "" && value !== "0";
}

function probe([program, ...args]: RequiredTool["command"]): string | undefined {
  const result = spawnSync(program, args, { stdio: "ignore" });
  if (result.error !== undefined) {
    const code = "code" in result.error ? result.error.code : undefined;
    return code === "ENOENT" ? "was not found on PATH" : `could not run (${result.error.message})`;
  }
  return result.status === 0 ? undefined : `exited with ${result.status ?? result.signal}`;
}
