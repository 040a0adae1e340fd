// The programs of the benchmark suite, under an unmodified kernel with translated addresses: user mode and
// interrupts in between change nothing of what they print on the bare machine.
import { expect, it } from "vitest";
import { linuxProgramPath } from "../../bench/suite.ts";
import { programNames } from "../../guests/guest-list.ts";
import { requireDebianImages, runWithFiles } from "./debian-guest.ts";
import { expectedOutput } from "./guest-run.ts";

const isRunnable = await requireDebianImages();

it.skipIf(!isRunnable)(
  "a program prints in Debian what is recorded for the bare machine",
  async () => {
    const files = Object.fromEntries(
      programNames().map((name) => [linuxProgramPath(name), `/suite/${name}`]),
    );
    const { report, text } = await runWithFiles(
      files,
      "for program in /suite/*; do echo run $program; $program || exit 1; done",
    );
    expect(report.stop).toEqual({ reason: "power-off", exitCode: 0 });
    const lines = text.replaceAll("\r", "");
    for (const name of programNames()) {
      expect(lines).toContain(`\nrun /suite/${name}\n${expectedOutput(name)}`);
    }
  },
);
