// Builds the guests from their own sources and lib/: `<name>.elf` for the bare machine and, for the programs of the
// benchmark suite, `linux/<name>.elf`. The output holds no path, date or build id, so the same compiler always gives
// the same bytes; `--check` compares them with the ones in bin/.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guests } from "./guest-list.ts";
import { compileFolder, GUESTS, installedCompiler, link, PREFIX } from "./toolchain.ts";

const COMMITTED = join(GUESTS, "bin");
const COMPILER_RECORD = join(COMMITTED, "compiler.txt");
const DEBIAN_PACKAGE = "gcc-riscv64-unknown-elf";
const BARE_METAL = { script: "lib/guest.ld", sources: ["bare-metal.c"] };
const LINUX = {
  script: "runtimes/linux.ld",
  sources: ["linux-start.S", "linux.c"],
  /** The part of lib/ that knows nothing of the machine. */
  library: ["bytes.c", "crc32.c", "print.c"],
};

/** ELF files, relative to the folder they are built in. */
function outputs(): string[] {
  return guests().flatMap(({ name, isProgram }) =>
    isProgram ? [`${name}.elf`, `linux/${name}.elf`] : [`${name}.elf`],
  );
}

/** Builds every guest below `outputFolder`. Throws with the compiler's message. */
export function buildGuests(outputFolder: string): void {
  const objectsFolder = mkdtempSync(join(tmpdir(), "extravirt-guests-"));
  try {
    mkdirSync(join(outputFolder, "linux"), { recursive: true });
    const library = compileFolder("lib", objectsFolder);
    const runtimes = compileFolder("runtimes", objectsFolder);
    for (const { name, folder, flags, isProgram } of guests()) {
      const objects = [...compileFolder(folder, objectsFolder, flags, name).values()];
      const bareMetal = isProgram ? pick(runtimes, BARE_METAL.sources) : [];
      link(
        BARE_METAL.script,
        [...library.values(), ...bareMetal, ...objects],
        join(outputFolder, `${name}.elf`),
      );
      if (!isProgram) continue;
      const linux = [...pick(runtimes, LINUX.sources), ...pick(library, LINUX.library)];
      link(LINUX.script, [...linux, ...objects], join(outputFolder, `linux/${name}.elf`));
    }
  } finally {
    rmSync(objectsFolder, { recursive: true });
  }
}

function pick(objects: ReadonlyMap<string, string>, sources: readonly string[]): string[] {
  return [...objects].filter(([source]) => sources.includes(source)).map(([, object]) => object);
}

/** ELF files in `folder` that are missing or not what the sources give. */
export function differingGuests(folder: string = COMMITTED): string[] {
  const rebuilt = mkdtempSync(join(tmpdir(), "extravirt-guests-"));
  try {
    buildGuests(rebuilt);
    return outputs().filter((file) => {
      const committed = join(folder, file);
      const isEqual =
        existsSync(committed) && readFileSync(committed).equals(readFileSync(join(rebuilt, file)));
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
  for (const file of differing) {
    console.error(
      `guests/bin/${file} is not what its sources give. Run \`node guests/build.ts\` and commit the result.`,
    );
  }
  if (differing.length > 0) return 1;
  console.log(`${outputs().length} ELF files rebuilt: equal to guests/bin.`);
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
  console.log(`${outputs().length} ELF files built in guests/bin.`);
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
