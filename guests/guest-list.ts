// Which guests there are. A folder with a main.c is a guest for the bare machine; one with a program.c is a program of
// the benchmark suite, which runs on the bare machine and under Linux.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface Guest {
  /** Of the ELF, without its ending. */
  readonly name: string;
  readonly folder: string;
  /** Compiler flags beyond those of every guest. */
  readonly flags: readonly string[];
  /** Built for Linux too. */
  readonly isProgram: boolean;
}

/** Folders that are built more than once, with other flags: the ending of the name and the flags. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  numeric: { "-fused": ["-ffp-contract=fast"], "-separate": ["-ffp-contract=off"] },
};
const ONE_VARIANT = { "": [] };

/** All guests, sorted by name. */
export function guests(): Guest[] {
  const found = readdirSync(import.meta.dirname).flatMap((folder) => {
    const has = (source: string): boolean => existsSync(join(import.meta.dirname, folder, source));
    const isProgram = has("program.c");
    if (!isProgram && !has("main.c")) return [];
    return Object.entries(VARIANTS[folder] ?? ONE_VARIANT).map(([ending, flags]) => ({
      name: folder + ending,
      folder,
      flags,
      isProgram,
    }));
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function guestNames(): string[] {
  return guests().map(({ name }) => name);
}

/** The guests that are programs of the benchmark suite. */
export function programNames(): string[] {
  return guests()
    .filter(({ isProgram }) => isProgram)
    .map(({ name }) => name);
}
