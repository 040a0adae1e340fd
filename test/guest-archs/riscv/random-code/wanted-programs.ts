// Which random programs the tests run: EXTRAVIRT_CODE_SEEDS, such as 1000-1999, or a few of their own.

/** @param usual how many without the variable */
export function wantedPrograms(usual: number): readonly number[] {
  const wanted = process.env["EXTRAVIRT_CODE_SEEDS"] ?? `1-${usual}`;
  const match = /^(\d+)-(\d+)$/u.exec(wanted);
  if (match === null) {
    throw new Error(`EXTRAVIRT_CODE_SEEDS is "${wanted}"; write a range such as 1000-1999`);
  }
  const [first, last] = [Number(match[1]), Number(match[2])];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
