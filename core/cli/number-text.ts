// Numbers for people: 1,234,567; 1.5 s; 340 ms.
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { bytesText } from "../config/parse-bytes.ts";

export function countText(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 epoch", "2 epochs". */
export function amountText(count: number, singular: string): string {
  return `${countText(count)} ${singular}${count === 1 ? "" : "s"}`;
}

export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 100) return `${seconds.toFixed(2)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Million steps per second. */
export function speedText(steps: number, ms: number): string {
  return `${(ms === 0 ? 0 : steps / ms / 1000).toFixed(1)} MIPS`;
}

export function framesText(frames: number): string {
  return `${amountText(frames, "page")} (${bytesText(frames * PAGE_BYTES)})`;
}

/**
 * Pages that every replica certainly reads from the checkpoint's frames: those of the checkpoint less the most any
 * replica has of its own.
 */
export function sharedPages(framesByOwner: Readonly<Record<string, number>>): number {
  const own = Object.entries(framesByOwner).filter(([owner]) => owner.startsWith("replica "));
  if (own.length < 2) return 0;
  const most = Math.max(...own.map(([, frames]) => frames));
  return Math.max(0, (framesByOwner["checkpoint"] ?? 0) - most);
}

/** The checkpoint after an epoch, -1 for none yet. */
export const checkpointText = (epoch: number): string =>
  epoch < 0 ? "power-on" : `the checkpoint after epoch ${countText(epoch)}`;
