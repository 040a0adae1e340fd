// Numbers as a report writes them.
import { PAGE_BYTES } from "../api/guest-memory.ts";

const BYTES_PER_MIB = 2 ** 20;

export function msText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

export const mibOf = (frames: number): number => (frames * PAGE_BYTES) / BYTES_PER_MIB;

export const mibText = (frames: number): string => `${mibOf(frames).toFixed(2)} MiB`;

export const ratioText = (ratio: number): string => `${ratio.toFixed(2)} x`;
