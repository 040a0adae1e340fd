// Instruction words: any encoding there is with any operands, so that each meets each; and words that are none.
import { INSTRUCTIONS } from "../../../guest-archs/riscv/isa.ts";
import { CSR_ROWS } from "../../../guest-archs/riscv/privileged/csr-table.ts";
import type { Row } from "../../../guest-archs/riscv/row.ts";
import { PRIVILEGED } from "../../../guest-archs/riscv/rows/privileged.ts";
import { RV64C } from "../../../guest-archs/riscv/rows/rv64c.ts";
import { ZICSR } from "../../../guest-archs/riscv/rows/zicsr.ts";
import type { Random } from "../../differential/random.ts";
import { assemble } from "../../guest-archs/riscv/assemble.ts";

const isIn = (rows: readonly Row[]) => (row: Row) => rows.includes(row);
const isJump = ({ name }: Row): boolean => /^(b(eq|ne|ltu?|geu?)|jalr?)$/u.test(name);
const PLAIN = INSTRUCTIONS.filter(
  (row) => !isIn(PRIVILEGED)(row) && !isIn(ZICSR)(row) && !isJump(row),
);
const ACCESSES = PLAIN.filter(({ operands }) => operands.includes("("));
const STORES = PLAIN.filter(({ operands }) => /^[rf]s2/u.test(operands));
const JUMPS = INSTRUCTIONS.filter(isJump);
/** Of the integer registers, those that random state makes pointers. */
const POINTERS = [2, 8, 9, 21, 22, 21, 22];
const COUNTERS = [18, 19, 20];
const MOST_ROUNDS = 40;

const withOperands = (random: Random, { mask, match }: Row): number =>
  ((random.next() & ~mask) | match) >>> 0;

/** A word of four bytes, or of two where its low bits say so. */
function randomWord(random: Random): number {
  const kind = random.below(100);
  if (kind < 50) return plain(random);
  if (kind < 66) return compressed(random);
  if (kind < 80) return access(random);
  if (kind < 84) return nearJump(random);
  if (kind < 86) return withOperands(random, random.pick(JUMPS));
  if (kind < 93) return control(random);
  if (kind < 96) return withOperands(random, random.pick(PRIVILEGED));
  return random.next();
}

const plain = (random: Random): number => withOperands(random, random.pick(PLAIN));

function compressed(random: Random): number {
  const { mask, match } = random.pick(RV64C);
  return ((random.next() & ~mask) | match) & 0xffff;
}

/** Loads, stores and atomics through a register that leads somewhere. */
function access(random: Random): number {
  const row = random.pick(random.chance(0.3) ? STORES : ACCESSES);
  const pointer = random.pick(POINTERS) << 15;
  const word = (withOperands(random, row) & ~(0x1f << 15)) | pointer;
  if (random.chance(0.2)) return word >>> 0;
  // Near to where it points: offsets of 0 to 7 and, of atomics, the plain ones.
  const isStore = STORES.includes(row);
  return ((word & (isStore ? 0x01ff_f3ff : 0x007f_ffff)) | row.match) >>> 0;
}

function nearJump(random: Random): number {
  const distance = random.between(-12, 12) * 2;
  const x = (): string => `x${random.below(32)}`;
  return random.chance(0.7)
    ? assemble(`${random.pick(["beq", "bne", "blt", "bgeu"])} ${x()}, ${x()}, ${distance}`)
    : assemble(`jal ${x()}, ${distance}`);
}

function control(random: Random): number {
  const word = withOperands(random, random.pick(ZICSR));
  if (random.chance(0.1)) return word;
  return ((word & 0xf_ffff) | (random.pick(CSR_ROWS).number << 20)) >>> 0;
}

const bytesOf = (word: number): number => ((word & 3) === 3 ? 4 : 2);

/** A stretch of code, written from its beginning to its end. */
class CodeBuffer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  get at(): number {
    return this.#at;
  }

  get isFull(): boolean {
    return this.#at + 4 > this.bytes.length;
  }

  put(word: number): void {
    if (this.isFull) return;
    if (bytesOf(word) === 4) this.#view.setUint32(this.#at, word, true);
    else this.#view.setUint16(this.#at, word, true);
    this.#at += bytesOf(word);
  }
}

/** Fills a stretch of memory with code that often goes round in loops: what is hot is compiled. */
export function randomCode(random: Random, bytes: number): Uint8Array {
  const code = new CodeBuffer(bytes);
  while (!code.isFull) {
    if (random.chance(0.9)) code.put(randomWord(random));
    else putLoop(random, code);
  }
  return code.bytes;
}

function putLoop(random: Random, code: CodeBuffer): void {
  const counter = random.pick(COUNTERS);
  code.put(assemble(`addi x${counter}, x0, ${random.between(2, MOST_ROUNDS)}`));
  const start = code.at;
  const isTame = random.chance(0.6);
  for (let left = random.between(1, 12); left > 0; left -= 1) {
    code.put(isTame ? tame(random) : randomWord(random));
  }
  code.put(assemble(`addi x${counter}, x${counter}, -1`));
  code.put(assemble(`bne x${counter}, x0, ${start - code.at}`));
}

/** What seldom ends a loop. */
function tame(random: Random): number {
  const word = random.chance(0.3) ? access(random) : plain(random);
  const rd = (word >>> 7) & 0x1f;
  const isSafe = !COUNTERS.includes(rd) && !POINTERS.includes(rd);
  return isSafe ? word : assemble("addi x10, x11, 1");
}
