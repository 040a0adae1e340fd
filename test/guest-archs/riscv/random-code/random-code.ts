// Random programs of blocks that lead to each other in every way: nested loops, jumps into loops, tables of computed
// jumps, calls, returns without a call, code across a page border.
import type { Random } from "../../../differential/random.ts";
import {
  half,
  type Item,
  type Labelled,
  place,
  plain,
  type PlacedCode,
  toLabel,
} from "./labelled-code.ts";
import { LAYOUT, TABLE, TARGETS } from "./memory-layout.ts";
import { randomInstructions, type Special } from "./random-instructions.ts";

const BRANCHES = ["beq", "bne", "blt", "bge", "bltu", "bgeu"];
const LINKS = [1, 1, 1, 5];

const labelOf = (block: number): string => `block ${block}`;

/** @param base address of RAM's first byte as the program sees it */
export function randomCode(random: Random, special: Special, base: number): PlacedCode {
  const blocks = random.between(4, 20);
  const slots = Array.from({ length: random.below(5) }, (_, n) => `slot ${n}`);
  const waiting = [...slots];
  const code: Labelled[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const items: Labelled[] = [];
    const add = (item: Item, ...labels: string[]): void => void items.push({ labels, item });
    for (let left = random.between(0, 6); left > 0; left -= 1) {
      for (const item of randomInstructions(random, slots, special)) add(item);
    }
    const slot = random.chance(0.5) || block === blocks - 1 ? waiting.pop() : undefined;
    if (slot !== undefined) add(plain("addi x14, x14, 3"), slot);
    const rest = block === blocks - 1 ? waiting.splice(0) : [];
    for (const label of rest) add(plain("addi x15, x15, 5"), label);
    for (const item of ending(random, block, blocks)) add(item);
    if (block === blocks - 1) add(toLabel("jal x0", labelOf(random.below(blocks))));
    const labels = [labelOf(block), ...(block === blocks >> 1 ? ["middle"] : [])];
    const [first = { labels: [], item: half(1) }, ...others] = items;
    code.push({ labels: [...labels, ...first.labels], item: first.item }, ...others);
  }
  const size = code.reduce((sum, { item }) => sum + item.bytes, 0);
  const before = random.below(size >> 1) * 2;
  return place(code, base + LAYOUT.codeBorder - before);
}

/** Addresses that tables lead to, by index. @param alias distance of another address of the code, or 0 */
export function randomTargets(
  random: Random,
  { placeOf }: PlacedCode,
  alias: number,
): readonly number[] {
  const known = [0, 1, 2, 3].map((block) => placeOf(labelOf(block)));
  return Array.from(
    { length: TARGETS },
    () => random.pick(known) + (random.chance(0.2) ? alias : 0),
  );
}

function ending(random: Random, block: number, blocks: number): Item[] {
  const target = labelOf(random.below(blocks));
  const back = labelOf(random.between(Math.max(0, block - 4), block));
  const x = (): string => `x${random.between(10, 17)}`;
  const counter = `x${random.between(18, 20)}`;
  const kind = random.below(20);
  if (kind < 5) return [toLabel(`${random.pick(BRANCHES)} ${x()}, ${x()}`, target)];
  if (kind < 11) {
    return [
      plain(`addi ${counter}, ${counter}, -1`),
      toLabel(`bne ${counter}, x0`, back),
      plain(`addi ${counter}, x0, ${random.between(1, 9)}`),
    ];
  }
  if (kind < 12) return [toLabel("jal x0", target)];
  if (kind < 14) return [toLabel(`jal x${random.pick(LINKS)}`, target)];
  if (kind < 15) return [random.chance(0.5) ? half(0x8082) : plain("jalr x0, 0(x1)")];
  if (kind < 16) return [shortBranch(random.between(8, 15), target)];
  if (kind < 19) return computedJump(random, x());
  return [];
}

/** c.bnez where the target is near enough, else a compressed instruction that does nothing. */
function shortBranch(register: number, target: string): Item {
  return {
    bytes: 2,
    encode: (at, placeOf) => {
      const to = placeOf(target) - at;
      if (to < -256 || to > 254) return 0x0001;
      const bit = (n: number): number => (to >> n) & 1;
      const high = (bit(8) << 12) | (((to >> 3) & 3) << 10);
      const low = (((to >> 6) & 3) << 5) | (((to >> 1) & 3) << 3) | (bit(5) << 2);
      return 0xe001 | high | low | ((register - 8) << 7);
    },
  };
}

/** Through a table of up to 16 addresses, as a jump or as a call. */
function computedJump(random: Random, index: string): Item[] {
  return [
    plain(`andi x6, ${index}, ${random.pick([8, 24, 56, 120])}`),
    plain("add x6, x6, x24"),
    plain(`ld x6, ${TABLE.targets}(x6)`),
    plain(`jalr ${random.chance(0.75) ? "x0" : `x${random.pick(LINKS)}`}, 0(x6)`),
  ];
}
