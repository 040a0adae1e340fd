// Small functions that call no others and keep the register with their return address: a call can be replaced by a copy
// of such a function, whose returns go to a known place.
import type { CodeSource } from "./code-source.ts";
import type { RegionInstruction } from "./region-graph.ts";

const MAX_LEAF_INSTRUCTIONS = 40;

export class LeafFunctions {
  readonly #source: CodeSource;
  readonly #known: Map<number, number | undefined> = new Map();

  constructor(source: CodeSource) {
    this.#source = source;
  }

  /**
   * Number of instructions of the function at an offset, when it is called with its return address in slot `link`;
   * undefined when it is not small or not a leaf.
   */
  lengthOf(offset: number, link: number): number | undefined {
    const key = offset * 64 + link;
    if (!this.#known.has(key)) this.#known.set(key, this.#measure(offset, link));
    return this.#known.get(key);
  }

  #measure(start: number, link: number): number | undefined {
    const seen = new Set<number>();
    const open = [start];
    let returns = 0;
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (let at: number | undefined = from; at !== undefined && !seen.has(at);) {
        const instruction = this.#source.instructionAt(at);
        // Never executed: an edge that leaves the region.
        if (instruction === undefined) break;
        seen.add(at);
        if (seen.size > MAX_LEAF_INSTRUCTIONS) return undefined;
        const next: number = at + instruction.length;
        at = undefined;
        switch (this.#endOf(instruction, link)) {
          case "next":
            at = next;
            break;
          case "branch":
            open.push(instruction.offset + instruction.imm, next);
            break;
          case "jump":
            open.push(instruction.offset + instruction.imm);
            break;
          case "return":
            returns += 1;
            break;
          default:
            return undefined;
        }
      }
    }
    return returns > 0 ? seen.size : undefined;
  }

  #endOf(
    { traits, rd, rs1, imm }: RegionInstruction,
    link: number,
  ): "next" | "branch" | "jump" | "return" | undefined {
    if (traits.control === "leave") return undefined;
    if (traits.control === "indirect") {
      return rs1 === link && imm === 0 && !this.#source.isLink(rd) ? "return" : undefined;
    }
    return traits.writesRd && this.#source.isLink(rd) ? undefined : traits.control;
  }
}
