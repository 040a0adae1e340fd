// Lives of registers: faults in a register between two uses of it are alike, because nothing looks at it meanwhile. One
// use tells the end of a life: a read, and every fault before it is read there; or an overwriting, and none matters
// (Smith, Johnson, Andrews and Profeta, "A fault-list generation algorithm for the evaluation of system coverage",
// Annual Reliability and Maintainability Symposium 1995; "def/use pruning" since Schirmeier, Borchert and Spinczyk,
// DSN 2015).
//
//   step                10        11        12        13
//   instruction     addi x1..  nop       nop       add x2, x1, x3
//   a fault before            11|       12|       13|          the same for x1: one life of 3 steps, read at 13
import type { FaultSpace, RegisterUse, SpacePart } from "../../core/index.ts";

export interface RegisterLife {
  readonly register: PrunedRegister;
  /** Steps before which faults are alike; both included. */
  readonly from: number;
  readonly to: number;
  /** Something reads them; otherwise they are overwritten. */
  readonly isRead: boolean;
}

/** A register of a part whose faults are alike, and the sites of it, which are neighbours. */
export interface PrunedRegister {
  readonly part: SpacePart;
  readonly name: string;
  readonly firstSite: number;
  readonly sites: number;
}

/** Integer and float registers that sites name: what uses them is known exactly. */
export function isPruned({ model, group, siteAt }: SpacePart): boolean {
  return (
    model.strikesStorage === true &&
    (group === "integer" || group === "float") &&
    typeof siteAt(0)["register"] === "string"
  );
}

export function prunedRegisters(parts: readonly SpacePart[]): readonly PrunedRegister[] {
  return parts.flatMap((part) => {
    const registers: PrunedRegister[] = [];
    let firstSite = 0;
    for (let site = 1; site <= part.sites; site++) {
      const name = part.siteAt(firstSite)["register"] as string;
      if (site < part.sites && part.siteAt(site)["register"] === name) continue;
      registers.push({ part, name, firstSite, sites: site - firstSite });
      firstSite = site;
    }
    return registers;
  });
}

/** In order of the uses that end them. Faults that nothing uses any more until the end of the run are overwritten, too. */
export function* registerLives(
  space: Pick<FaultSpace, "firstStep" | "endStep" | "uses">,
  registers: readonly PrunedRegister[],
): Generator<RegisterLife> {
  const lastStep = space.endStep - 1;
  /** First step before which a fault belongs to the life that goes on. */
  const begins = registers.map(() => space.firstStep);
  const numbers = numbersByName(registers);
  let open = registers.length;
  const close = (number: number, step: number, isRead: boolean): RegisterLife | undefined => {
    const from = begins[number]!;
    if (from > lastStep || step < from) return undefined;
    begins[number] = step + 1;
    if (step >= lastStep) open--;
    return { register: registers[number]!, from, to: Math.min(step, lastStep), isRead };
  };
  for (const use of space.uses()) {
    for (const number of readBy(use, numbers, registers.length)) {
      const life = close(number, use.step, true);
      if (life !== undefined) yield life;
    }
    for (const number of use.writes.flatMap((name) => numbers.get(name) ?? [])) {
      const life = close(number, use.step, false);
      if (life !== undefined) yield life;
    }
    if (open === 0) return;
  }
  for (const number of registers.keys()) {
    const life = close(number, lastStep, false);
    if (life !== undefined) yield life;
  }
}

/** The same register may be in several parts: of widths of their own. */
function numbersByName(registers: readonly PrunedRegister[]): ReadonlyMap<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const [number, { name }] of registers.entries()) {
    const known = numbers.get(name);
    if (known === undefined) numbers.set(name, [number]);
    else known.push(number);
  }
  return numbers;
}

function readBy(
  { reads }: RegisterUse,
  numbers: ReadonlyMap<string, readonly number[]>,
  all: number,
): Iterable<number> {
  if (reads === "all") return Array.from({ length: all }, (_, number) => number);
  return reads.flatMap((name) => numbers.get(name) ?? []);
}
