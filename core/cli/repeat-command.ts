// A command line as it has to be typed again.
import type { ConfigOptions } from "./config-options.ts";

export const repeatCommand = (
  name: string,
  files: readonly string[],
  { set = [] }: Pick<ConfigOptions, "set">,
): string =>
  [
    `extravirt ${name}`,
    ...files.map(quoted),
    ...set.map((option) => `--set ${quoted(withoutPassword(option))}`),
  ].join(" ");

/** Commands are published. */
const withoutPassword = (option: string): string =>
  option.replace(/(:\/\/[^:@/\s'"]*):[^\s'"]*@/, "$1:***@");

const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
