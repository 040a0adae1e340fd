// A part of the benchmark: what `--only` selects.
import type { Row } from "../row.ts";
import type { Images } from "../workloads.ts";

export interface BenchContext {
  /** Runs of each variant. */
  readonly runs: number;
  /** False leaves out the comparisons with QEMU. */
  readonly isQemuThere: boolean;
  /** Debian's kernel and initramfs, obtained once; undefined, after a message, where they can't be had. */
  readonly images: () => Promise<Images | undefined>;
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
