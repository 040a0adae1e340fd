// Runs variants in turns (A B C A B C ...), so that a machine whose speed drifts disturbs all of them alike.

export type Variants = Readonly<Record<string, () => Promise<unknown>>>;

export type Samples<V extends Variants> = {
  readonly [K in keyof V]: readonly Awaited<ReturnType<V[K]>>[];
};

/** @param note told before each run: "solo, run 2 of 3". */
export async function inTurns<V extends Variants>(
  runs: number,
  variants: V,
  note: (text: string) => void,
): Promise<Samples<V>> {
  const names = Object.keys(variants);
  const samples: Record<string, unknown[]> = {};
  for (let run = 1; run <= runs; run++) {
    for (const name of names) {
      note(`${name}, run ${run} of ${runs}`);
      (samples[name] ??= []).push(await variants[name]?.());
    }
  }
  return samples as unknown as Samples<V>;
}
