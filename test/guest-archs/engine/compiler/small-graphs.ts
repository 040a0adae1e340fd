// Graphs of blocks for tests, written down or random.
import fc from "fast-check";
import type { OperationTraits } from "../../../../guest-archs/engine/compiler/operation-traits.ts";
import {
  Block,
  type RegionGraph,
  type RegionInstruction,
  type Terminator,
} from "../../../../guest-archs/engine/compiler/region-graph.ts";

export const PLAIN: OperationTraits = {
  readsRs1: false,
  readsRs2: false,
  readsRs3: false,
  writesRd: false,
  control: "next",
  mayLeave: false,
  memory: "none",
  access: undefined,
};

export function instruction(
  fields: Partial<Omit<RegionInstruction, "traits">>,
  traits: Partial<OperationTraits> = {},
): RegionInstruction {
  const operands = { op: 5, rd: 32, rs1: 0, rs2: 0, rs3: 0, imm: 0, word: 0x13 };
  return { offset: 0, length: 4, ...operands, ...fields, traits: { ...PLAIN, ...traits } };
}

export interface BlockSpec {
  /** Numbers of the blocks it leads to: none leaves, one goes on, two are a branch. */
  readonly to: readonly number[];
  readonly instructions?: readonly RegionInstruction[];
  /** Ends with a computed jump through a table that leads to `to`. */
  readonly isTable?: boolean;
}

export const BLOCK_BYTES = 64;

/** Block n is at offset 64 n. */
export function graphOf(specs: readonly BlockSpec[], entries: readonly number[]): RegionGraph {
  const blocks = specs.map(
    (spec, n) => new Block(spec.instructions ?? [], n * BLOCK_BYTES, terminatorOf(spec), [0]),
  );
  const at = (n: number): Block => {
    const block = blocks[n];
    if (block === undefined) throw new RangeError(`there is no block ${n}`);
    return block;
  };
  for (const [n, { to, isTable = false }] of specs.entries()) {
    at(n).successors = [...new Set(to.map(at))];
    if (isTable) for (const target of to) at(target).isTableTarget = true;
  }
  return {
    blocks,
    entries: entries.map(at),
    byPlace: new Map(blocks.map((block) => [block.place, block])),
    instructions: blocks.reduce((sum, { steps }) => sum + steps, 0),
  };
}

function terminatorOf({ to, isTable = false }: BlockSpec): Terminator {
  if (isTable) return { kind: "indirect", isTable };
  const [first, second = first] = to.map((n) => n * BLOCK_BYTES);
  if (first === undefined || second === undefined) return { kind: "leave", target: 4092 };
  return to.length === 1
    ? { kind: "goto", target: first }
    : { kind: "branch", taken: first, next: second };
}

/** Few registers, so that blocks meet in them. */
const REGISTER = fc.constantFrom(1, 2, 3, 33, 64);
const INSTRUCTION = fc
  .tuple(REGISTER, REGISTER, fc.boolean(), fc.boolean(), fc.nat(3))
  .map(([rd, rs1, writesRd, readsRs1, leaves]) =>
    instruction({ rd, rs1 }, { writesRd, readsRs1, mayLeave: leaves === 0 }),
  );

/** Up to 9 blocks that lead anywhere, entered at one or two of them. */
export const RANDOM_GRAPH: fc.Arbitrary<RegionGraph> = fc
  .integer({ min: 1, max: 9 })
  .chain((count) => {
    const block = fc.nat(count - 1);
    const spec = fc.record({
      to: fc.array(block, { maxLength: 2 }),
      instructions: fc.array(INSTRUCTION, { maxLength: 3 }),
      isTable: fc.nat(7).map((n) => n === 0),
    });
    return fc.tuple(
      fc.array(spec, { minLength: count, maxLength: count }),
      fc.uniqueArray(block, { minLength: 1, maxLength: 2 }),
    );
  })
  .map(([specs, entries]) => graphOf(specs, entries));

/** Blocks on some way from the given ones, these included. */
export function reachable(
  from: readonly Block[],
  edges: (block: Block) => readonly Block[],
): ReadonlySet<Block> {
  const seen = new Set(from);
  for (const block of seen) for (const successor of edges(block)) seen.add(successor);
  return seen;
}
