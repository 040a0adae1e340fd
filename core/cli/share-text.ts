// Shares as percentages, with as many digits as they are worth; bounds are rounded to the safe side.
import type { Interval } from "../statistics/binomial-bounds.ts";

type Rounding = "nearest" | "up" | "down";

const MOST_DECIMALS = 9;

/** "12.30 %", "0.00998 %", "99.99001 %" */
export function shareText(share: number, rounding: Rounding = "nearest"): string {
  return `${percentOf(share, rounding)} %`;
}

/** "11.20 to 13.50 %" */
export function intervalText(interval: Interval | undefined): string {
  if (interval === undefined) return "exact";
  const { low, high } = interval;
  return `${percentOf(low, "nearest")} to ${percentOf(high, "nearest")} %`;
}

function percentOf(share: number, rounding: Rounding): string {
  const percent = Math.min(1, Math.max(0, share)) * 100;
  if (percent === 0 || percent === 100) return String(percent);
  // Three digits of what it is away from 0 or from 100.
  const away = Math.min(percent, 100 - percent);
  const decimals = Math.min(MOST_DECIMALS, Math.max(2, 2 - Math.floor(Math.log10(away))));
  const scale = 10 ** decimals;
  const rounded = { nearest: Math.round, up: Math.ceil, down: Math.floor }[rounding];
  return (rounded(percent * scale) / scale).toFixed(decimals);
}

/** "95 %", "99.9 %" */
export const confidenceText = (confidence: number): string =>
  `${Number((confidence * 100).toPrecision(12))} %`;

/** Points of a fault space: "1,234", "1.23e+12". */
export function pointsText(points: number): string {
  if (points >= 1e9) return points.toExponential(2);
  return Math.round(points).toLocaleString("en");
}
