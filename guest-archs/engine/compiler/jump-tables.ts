// Where computed jumps were seen to lead, as far as it is in their own page: the tables of switch statements. What is
// known here is a hint; a region compares each target at run time.

const PAGE = 4096;
const MAX_TARGETS = 128;

export class JumpTables {
  /** Target offsets by place of the jump. */
  readonly #targets: Map<number, Set<number>> = new Map();

  add(page: number, from: number, to: number): void {
    const place = page * PAGE + from;
    const known = this.#targets.get(place);
    if (known === undefined) this.#targets.set(place, new Set([to]));
    else if (known.size < MAX_TARGETS) known.add(to);
  }

  clear(): void {
    this.#targets.clear();
  }

  targetsOf(page: number, from: number): readonly number[] {
    return [...(this.#targets.get(page * PAGE + from) ?? [])];
  }
}
