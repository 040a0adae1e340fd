// Rates of failure as text: FIT, and times to failure.
import type { FailureRateFigures } from "../statistics/structure-figures.ts";
import { countText } from "./number-text.ts";

const HOURS_PER_YEAR = 8760;

export function failureRateRows(rate: FailureRateFigures): readonly (readonly [string, string])[] {
  const { bits, rawFitPerMbit, rawFit, fit, fitUpperBound, mttfHours, mttfLowerBoundHours } = rate;
  const mttf = mttfHours === undefined ? "none seen" : `MTTF ${hoursText(mttfHours)}`;
  const failing =
    mttfLowerBoundHours === undefined
      ? "0 FIT: no point of these bits fails"
      : `${numberText(fit)} FIT, ${mttf}; at most ${numberText(fitUpperBound)} FIT, MTTF at least ${hoursText(mttfLowerBoundHours)}`;
  return [
    [
      "raw rate",
      `${numberText(rawFit)} FIT: ${countText(bits)} bits at ${numberText(rawFitPerMbit)} FIT per 10^6`,
    ],
    ["failing", failing],
  ];
}

/** Three significant digits; thousands separated. */
export function numberText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-3) return value.toExponential(2);
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** "12 h", "1.14 years". */
export function hoursText(hours: number): string {
  if (hours < HOURS_PER_YEAR) return `${numberText(hours)} h`;
  const years = numberText(hours / HOURS_PER_YEAR);
  return `${years} year${years === "1" ? "" : "s"}`;
}
