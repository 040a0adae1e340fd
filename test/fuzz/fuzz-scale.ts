// How much the fuzzers try: EXTRAVIRT_FUZZ_SCALE times as many seeds as usual, or the one seed in EXTRAVIRT_FUZZ_SEED.

/** @param usual how many seeds are tried without either variable */
export function wantedFuzzSeeds(usual: number): readonly number[] {
  const single = process.env["EXTRAVIRT_FUZZ_SEED"];
  if (single !== undefined) return [wholeNumber("EXTRAVIRT_FUZZ_SEED", single)];
  const scale = wholeNumber("EXTRAVIRT_FUZZ_SCALE", process.env["EXTRAVIRT_FUZZ_SCALE"] ?? "1");
  return Array.from({ length: usual * scale }, (_, index) => index + 1);
}

/** Whether this run looks at one seed: what is asked of a whole campaign cannot be asked of it. */
export function isSingleSeed(): boolean {
  return process.env["EXTRAVIRT_FUZZ_SEED"] !== undefined;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/u.test(text))
    throw new Error(`${name} is "${text}"; write a whole number such as 20`);
  return Number(text);
}
