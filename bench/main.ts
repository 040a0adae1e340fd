// `npm run bench`: measures ExtraVirt and QEMU in turns, prints one table, and writes the figures to a file if asked.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { BenchError } from "./bench-error.ts";
import { parseBenchOptions, type BenchOptions } from "./bench-options.ts";
import { obtainDebianImages } from "./debian-images.ts";
import { hostText, readHostFacts } from "./host-facts.ts";
import { qemuVersion } from "./qemu.ts";
import type { Row } from "./row.ts";
import { SECTIONS } from "./sections/index.ts";
import type { BenchContext } from "./sections/section.ts";
import { SUITE } from "./suite.ts";
import { tableText } from "./table.ts";
import type { Images } from "./workloads.ts";

const EXIT_TO_MEND = 2;

try {
  const options = parseBenchOptions(process.argv.slice(2), {
    sections: SECTIONS.map(({ name }) => name),
    programs: SUITE.map(({ name }) => name),
  });
  if (options.isHelpWanted) process.stdout.write(helpText());
  else await bench(options);
} catch (error) {
  if (!(error instanceof BenchError)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = EXIT_TO_MEND;
}

async function bench({ runs, sections, programs, out }: BenchOptions): Promise<void> {
  const note = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  const qemu = qemuVersion();
  if (qemu === undefined) {
    note("no comparison with QEMU: qemu-system-riscv64 is missing (Debian: qemu-system-misc)");
  }
  let images: Promise<Images | undefined> | undefined;
  const context: BenchContext = {
    runs,
    programs: SUITE.filter(({ name }) => programs.includes(name)),
    isQemuThere: qemu !== undefined,
    images: (files) =>
      files === undefined ? (images ??= obtainDebianImages(note)) : obtainDebianImages(note, files),
    note,
  };
  const host = readHostFacts(qemu);
  const suite = context.programs.map(({ name, iterations }) => ({ name, iterations }));
  const rows: Row[] = [];
  const write = (): void => {
    if (out !== undefined) writeResults(out, { host, runs, suite, rows });
  };
  // A path that can't be written is noticed before the measurements.
  write();
  for (const section of SECTIONS) {
    if (!sections.includes(section.name)) continue;
    rows.push(...(await section.measure(context)));
    write();
  }
  process.stdout.write(`${hostText(host)}Runs of each variant: ${runs}\n\n${tableText(rows)}`);
}

function writeResults(path: string, results: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`);
  } catch (error) {
    throw new BenchError(
      `--out ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function helpText(): string {
  const width = Math.max(...SECTIONS.map(({ name }) => name.length)) + 2;
  const sections = SECTIONS.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}\n`);
  return `Usage: npm run bench -- [options]

Measures ExtraVirt, with QEMU as the peer, and prints a table. docs/performance.md explains the rows.

Options:
  --runs <n>          runs of each variant, in turns; figures are medians (default 3)
  --only <a,b,...>    only these sections
  --programs <a,...>  only these programs in the sections speed and debian
  --out <file>        also write the figures, with every single sample, as JSON
  -h, --help          this text

Sections:
${sections.join("")}
Programs of the suite: ${SUITE.map(({ name }) => name).join(", ")}
`;
}
