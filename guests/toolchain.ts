// The compiler and linker for guests, and the flags that make their output depend on the sources alone.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

export const GUESTS: string = import.meta.dirname;
export const PREFIX = "riscv64-unknown-elf-";
const LIBRARY = "lib";
const TARGET = ["-march=rv64gc", "-mabi=lp64d", "-mcmodel=medany"];
const COMPILE = [
  ...TARGET,
  "-std=gnu11",
  "-O2",
  "-ffreestanding",
  "-nostdlib",
  "-fno-ident",
  "-ffunction-sections",
  // Fused multiply-add only where a source asks for it.
  "-ffp-contract=off",
  `-ffile-prefix-map=${GUESTS}=.`,
  "-Wall",
  "-Wextra",
  "-Werror",
];
const LINK = [
  ...TARGET,
  "-nostdlib",
  "-static",
  // Names of functions stay: profiles, incidents and campaigns tell them.
  "-Wl,--discard-locals",
  "-Wl,--build-id=none",
  "-Wl,--gc-sections",
  "-Wl,--no-warn-rwx-segments",
];

/** What identifies the compiler: the first lines of its and its linker's `--version`; undefined when absent. */
export function installedCompiler(): string | undefined {
  const lines = ["gcc", "ld"].map((tool) => {
    const result = spawnSync(PREFIX + tool, ["--version"], { encoding: "utf8" });
    return result.status === 0 ? result.stdout.split("\n", 1)[0] : undefined;
  });
  return lines.includes(undefined) ? undefined : `${lines.join("\n")}\n`;
}

/**
 * Compiles the sources of one folder, in the order of their names.
 * @param flags beyond those of every guest.
 * @param label begins the names of the objects: a folder may be compiled more than once.
 * @returns the objects by the name of their source.
 */
export function compileFolder(
  folder: string,
  objectsFolder: string,
  flags: readonly string[] = [],
  label: string = folder,
): Map<string, string> {
  const sources = readdirSync(join(GUESTS, folder))
    .filter((name) => /\.[cS]$/.test(name))
    .sort();
  return new Map(
    sources.map((source) => {
      const object = join(objectsFolder, `${label}-${source}.o`);
      run([...COMPILE, ...flags, "-I", LIBRARY, "-c", join(folder, source), "-o", object]);
      return [source, object];
    }),
  );
}

/** @param script the linker script, relative to the guests' folder. */
export function link(script: string, objects: readonly string[], output: string): void {
  run([...LINK, "-T", script, ...objects, "-o", output]);
}

/** @throws Error with the compiler's message. */
function run(args: readonly string[]): void {
  const result = spawnSync(`${PREFIX}gcc`, args, { cwd: GUESTS, encoding: "utf8" });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr;
  throw new Error(`${PREFIX}gcc ${args.join(" ")}\n${reason}`);
}
