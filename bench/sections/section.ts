// A part of the benchmark: what `--only` selects.
import type { Row } from "../row.ts";
import type { SuiteProgram } from "../suite.ts";
import type { Images } from "../workloads.ts";

export interface BenchContext {
  /** Runs of each variant. */
  readonly runs: number;
  /** Of the suite: what to run of it. */
  readonly programs: readonly SuiteProgram[];
  /** False leaves out the comparisons with QEMU. */
  readonly isQemuThere: boolean;
  /**
   * Debian's kernel and initramfs; undefined, after a message, where they can't be had.
   * @param files to add to the initramfs: host path to guest path.
   */
  readonly images: (files?: Readonly<Record<string, string>>) => Promise<Images | undefined>;
  /** Tells on standard error what is being run. */
  readonly note: (text: string) => void;
}

export interface Section {
  /** As typed after `--only`. */
  readonly name: string;
  /** For --help. */
  readonly summary: string;
  readonly measure: (context: BenchContext) => Promise<readonly Row[]>;
}
