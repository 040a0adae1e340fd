// Numbers as a report writes them.
import { PAGE_BYTES } from "../api/guest-memory.ts";

const BYTES_PER_MIB = 2 ** 20;
const DIGITS = 3;

/** 1,234,567 */
export const countWords = (count: number): string =>
  String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ",");

/** "0 %", "0.0321 %", "12.3 %", "100 %": three digits that count. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0 || Number.isInteger(percent)) return `${percent} %`;
  return `${Number(percent.toPrecision(DIGITS)).toString()} %`;
}

/** A bound just below 100 %: "99.9901 %", rounded down, never up. */
export function lowerPercentText(share: number): string {
  const missing = (1 - share) * 100;
  if (missing <= 0) return "100 %";
  const decimals = Math.max(1, 1 - Math.floor(Math.log10(missing)));
  const scale = 10 ** decimals;
  return `${(Math.floor(share * 100 * scale) / scale).toFixed(decimals)} %`;
}

export function msText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

export const mibOf = (frames: number): number => (frames * PAGE_BYTES) / BYTES_PER_MIB;

export const mibText = (frames: number): string => `${mibOf(frames).toFixed(2)} MiB`;

export const ratioText = (ratio: number): string => `${ratio.toFixed(2)} x`;
