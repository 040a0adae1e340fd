// Hart masks of SBI calls (RISC-V SBI 2.0, 3.1): bit n of the mask names hart base + n; base -1 names all harts.
import type { SbiEnvironment } from "./sbi-environment.ts";

const ALL_HARTS = 0xffff_ffff_ffff_ffffn;

/** @returns the hart ids in ascending order, or undefined when one does not exist. */
export function hartsOfMask(
  machine: SbiEnvironment,
  mask: bigint,
  base: bigint,
): readonly number[] | undefined {
  if (base === ALL_HARTS) return Array.from({ length: machine.harts }, (_, hartId) => hartId);
  const harts: number[] = [];
  for (let bit = 0n; bit < 64n; bit++) {
    if (((mask >> bit) & 1n) === 0n) continue;
    if (base + bit >= BigInt(machine.harts)) return undefined;
    harts.push(Number(base + bit));
  }
  return harts;
}
