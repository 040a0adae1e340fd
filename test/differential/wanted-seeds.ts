// Which seeds the tests run: EXTRAVIRT_DIFFERENTIAL_SEEDS, such as 1000-1099, or a few of their own.

/** @param usual a range of the same form. */
export function wantedSeeds(usual: string): readonly number[] {
  const wanted = process.env["EXTRAVIRT_DIFFERENTIAL_SEEDS"] ?? usual;
  const match = /^(\d+)-(\d+)$/u.exec(wanted);
  if (match === null) {
    throw new Error(`EXTRAVIRT_DIFFERENTIAL_SEEDS is "${wanted}"; write a range such as 1000-1099`);
  }
  const [first, last] = [Number(match[1]), Number(match[2])];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
