// Integer and float registers that a step read and overwrote. Whatever is not an instruction that names its registers -
// a trap, an interrupt, a call of the firmware, which has its arguments and results in registers - counts as reading all.
import type { ExecutedStep, StepUse } from "../../core/index.ts";
import { expandCompressed, findRow } from "./decoder.ts";
import { bits } from "./immediates.ts";
import { hartPrefix } from "./register-names.ts";
import { OPCODE, type RegisterFile } from "./row.ts";

const ALL: StepUse = { reads: "all", writes: [] };

/** Names of registers read, by instruction word; undefined for all. */
const READS = new Map<number, readonly string[] | undefined>();
const MOST_WORDS = 100_000;

export function registerUse({ hart, kind, word, written }: ExecutedStep): StepUse {
  if (kind !== "retired" || word === undefined) return ALL;
  if (!READS.has(word)) {
    if (READS.size >= MOST_WORDS) READS.clear();
    READS.set(word, sourcesOf(word));
  }
  const sources = READS.get(word);
  if (sources === undefined) return ALL;
  return {
    reads: hart === 0 ? sources : sources.map((name) => hartPrefix(hart) + name),
    writes: written === undefined ? [] : [written.name],
  };
}

function sourcesOf(word: number): readonly string[] | undefined {
  const full = (word & 3) === 3 ? word : expandCompressed(word);
  const found = full === undefined ? undefined : findRow(full);
  if (full === undefined || found === undefined) return undefined;
  // ECALL, MRET, WFI ...
  if ((full & 0x707f) === OPCODE.system) return undefined;
  const { rs1, rs2, rs3 } = found[0].format;
  return [
    ...named(rs1, bits(full, 19, 15)),
    ...named(rs2, bits(full, 24, 20)),
    ...named(rs3, bits(full, 31, 27)),
  ];
}

/** x0 is no register that a fault strikes. */
function named(file: RegisterFile | undefined, register: number): readonly string[] {
  return file === undefined || (file === "x" && register === 0) ? [] : [`${file}${register}`];
}
