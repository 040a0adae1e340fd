// Builds the guests: one ELF per folder with a main.c, from its own sources and
// lib/. The output holds no path, date or build id, so the same compiler always
// gives the same bytes; `--check` compares them with the ones in bin/.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const GUESTS = import.meta.dirname;
const LIBRARY = "lib";
const COMMITTED = join(GUESTS, "bin");
const COMPILER_RECORD = join(COMMITTED, "compiler.txt");
const PREFIX = "riscv64-unknown-elf-";
const DEBIAN_PACKAGE = "gcc-riscv64-unknown-elf";
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
  "-s",
  "-Wl,--build-id=none",
  "-Wl,--gc-sections",
  "-Wl,--no-warn-rwx-segments",
  "-T",
  join(LIBRARY, "guest.ld"),
];

/** Names of the guests, sorted. */
export function guestNames(): string[] {
  return readdirSync(GUESTS)
    .filter((name) => existsSync(join(GUESTS, name, "main.c")))
    .sort();
}

/** What identifies the compiler: the first lines of its and its linker's `--version`; undefined when absent. */
export function installedCompiler(): string | undefined {
  const lines = ["gcc", "ld"].map((tool) => {
    const result = spawnSync(PREFIX + tool, ["--version"], { encoding: "utf8" });
    return result.status === 0 ? result.stdout.split("\n", 1)[0] : undefined;
  });
  return lines.includes(undefined) ? undefined : `${lines.join("\n")}\n`;
}

function run(tool: string, args: string[]): void {
  const result = spawnSync(PREFIX + tool, args, { cwd: GUESTS, encoding: "utf8" });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr;
  throw new Error(`${PREFIX}${tool} ${args.join(" ")}\n${reason}`);
}

/** Compiles the sources of one folder; the objects, in the order of the sources' names. */
function compileFolder(folder: string, objectsFolder: string): string[] {
  const sources = readdirSync(join(GUESTS, folder))
    .filter((name) => /\.[cS]$/.test(name))
    .sort();
  return sources.map((source) => {
    const object = join(objectsFolder, `${folder}-${basename(source)}.o`);
    run("gcc", [...COMPILE, "-I", LIBRARY, "-c", join(folder, source), "-o", object]);
    return object;
  });
}

/** Builds every guest as `<outputFolder>/<name>.elf`. Throws with the compiler's message. */
export function buildGuests(outputFolder: string): void {
  const objectsFolder = mkdtempSync(join(tmpdir(), "extravirt-guests-"));
  try {
    mkdirSync(outputFolder, { recursive: true });
    const library = compileFolder(LIBRARY, objectsFolder);
    for (const name of guestNames()) {
      const objects = [...library, ...compileFolder(name, objectsFolder)];
      run("gcc", [...LINK, ...objects, "-o", join(outputFolder, `${name}.elf`)]);
    }
  } finally {
    rmSync(objectsFolder, { recursive: true });
  }
}

/** Guests whose ELF in `folder` is missing or not what the sources give. */
export function differingGuests(folder: string = COMMITTED): string[] {
  const rebuilt = mkdtempSync(join(tmpdir(), "extravirt-guests-"));
  try {
    buildGuests(rebuilt);
    return guestNames().filter((name) => {
      const committed = join(folder, `${name}.elf`);
      const isEqual =
        existsSync(committed) &&
        readFileSync(committed).equals(readFileSync(join(rebuilt, `${name}.elf`)));
      return !isEqual;
    });
  } finally {
    rmSync(rebuilt, { recursive: true });
  }
}

function isEverythingRequired(): boolean {
  const value = process.env["EXTRAVIRT_REQUIRE_ALL"];
  return value !== undefined && value !== "" && value !== "0";
}

/** Compares; returns the exit code. A check that could not be made counts as passed unless all is required. */
function check(compiler: string): number {
  const recorded = existsSync(COMPILER_RECORD) ? readFileSync(COMPILER_RECORD, "utf8") : "";
  if (compiler !== recorded) {
    console.error(
      `guests/bin was built by another compiler, so the bytes can't be compared.\n` +
        `Recorded:\n${recorded}Installed:\n${compiler}` +
        "Rebuild with `node guests/build.ts` and review what changes.",
    );
    return isEverythingRequired() ? 1 : 0;
  }
  const differing = differingGuests();
  for (const name of differing) {
    console.error(
      `guests/bin/${name}.elf is not what its sources give. Run \`node guests/build.ts\` and commit the result.`,
    );
  }
  if (differing.length > 0) return 1;
  console.log(`${guestNames().length} guests rebuilt: equal to guests/bin.`);
  return 0;
}

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== "--check");
  if (unknown !== undefined) {
    console.error(`Unknown argument ${unknown}. Usage: node guests/build.ts [--check]`);
    return 2;
  }
  const compiler = installedCompiler();
  if (compiler === undefined) {
    console.error(
      `The RISC-V compiler ${PREFIX}gcc is not installed, nothing was built or compared. ` +
        `On Debian: apt-get install ${DEBIAN_PACKAGE}`,
    );
    return isEverythingRequired() ? 1 : 0;
  }
  if (args.includes("--check")) return check(compiler);
  buildGuests(COMMITTED);
  writeFileSync(COMPILER_RECORD, compiler);
  console.log(`${guestNames().length} guests built in guests/bin.`);
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
