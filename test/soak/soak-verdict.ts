// What a soak has to show in the end: nothing wrong, nothing leaked, nothing that grows.

/** One line of the time series. */
export interface SoakSample {
  readonly seconds: number;
  readonly steps: number;
  readonly rounds: number;
  readonly faults: number;
  readonly divergences: number;
  readonly fetched: number;
  /** Most epochs of which the log held records since the last sample. */
  readonly logEpochs: number;
  readonly residentBytes: number;
}

export interface SoakEnd {
  readonly samples: readonly SoakSample[];
  readonly framesLeaked: number;
  readonly stop: string;
  readonly problems: readonly string[];
}

/** Growth of resident memory from the second quarter of the run to its last one that is still called flat. */
const FLAT = { fraction: 0.1, bytes: 64 * 2 ** 20 } as const;
/** Of the longest stretch between checkpoints in the first half: the log must not have become so much longer. */
const LOG_FACTOR = 4;

/** @returns what is wrong; nothing for a run that passed */
export function problemsOf({ samples, framesLeaked, stop, problems }: SoakEnd): readonly string[] {
  const found = [...problems];
  if (stop !== "user") found.push(`the run ended by itself: ${stop}`);
  if (framesLeaked !== 0) found.push(`${framesLeaked} frames leaked`);
  if ((samples.at(-1)?.rounds ?? 0) === 0) found.push("the guest has not finished one round");
  const [early, late] = [quarter(samples, 1), quarter(samples, 3)];
  if (early.length === 0 || late.length === 0) return found;
  const before = mean(early.map(({ residentBytes }) => residentBytes));
  const after = mean(late.map(({ residentBytes }) => residentBytes));
  if (after - before > Math.max(FLAT.bytes, FLAT.fraction * before)) {
    found.push(`resident memory grew from ${mebibytes(before)} to ${mebibytes(after)}`);
  }
  const longest = (some: readonly SoakSample[]): number =>
    Math.max(...some.map(({ logEpochs }) => logEpochs));
  const [first, last] = [longest(early), longest(late)];
  if (last > LOG_FACTOR * Math.max(first, 1)) {
    found.push(`the log grew from ${first} to ${last} epochs`);
  }
  return found;
}

export function describeSample(sample: SoakSample): string {
  const { seconds, steps, rounds, faults, divergences, fetched, logEpochs, residentBytes } = sample;
  return [
    `${seconds.toFixed(0)} s`,
    `${(steps / 1e9).toFixed(2)} G steps`,
    `${rounds} rounds`,
    `${faults} faults`,
    `${divergences} recoveries`,
    `${mebibytes(fetched)} fetched`,
    `log of ${logEpochs} epochs`,
    `${mebibytes(residentBytes)} resident`,
  ].join("  ");
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function quarter(samples: readonly SoakSample[], index: number): readonly SoakSample[] {
  const cut = (part: number): number => Math.floor((samples.length * part) / 4);
  return samples.slice(cut(index), cut(index + 1));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
