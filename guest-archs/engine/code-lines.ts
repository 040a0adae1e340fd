// Which lines of pages hold bytes of decoded or compiled code: stores to others need not care, so that code and data
// in one page stay cheap.
import { CODE_LINE_SHIFT, PAGE_STATE, type PageStates } from "./page-states.ts";

const LOW = PAGE_STATE.codeLines;
const HIGH: number = LOW + 4;

export class CodeLines {
  readonly #states: PageStates;

  constructor(states: PageStates) {
    this.#states = states;
  }

  /** Whether the page has any marked line. */
  hasAny(page: number): boolean {
    return (this.#states.get(page, LOW) | this.#states.get(page, HIGH)) !== 0;
  }

  /** Whether the line of a byte is marked. */
  has(page: number, inPage: number): boolean {
    const line = inPage >>> CODE_LINE_SHIFT;
    return ((this.#states.get(page, half(line)) >>> line) & 1) !== 0;
  }

  /** Marks the lines of bytes `from` up to but not including `to`. */
  mark(page: number, from: number, to: number): void {
    const last = (to - 1) >>> CODE_LINE_SHIFT;
    for (let line = from >>> CODE_LINE_SHIFT; line <= last; line += 1) {
      this.#states.set(page, half(line), this.#states.get(page, half(line)) | (1 << line));
    }
  }

  clear(page: number): void {
    this.#states.set(page, LOW, 0);
    this.#states.set(page, HIGH, 0);
  }
}

/** The word with the bit of a line. HOT: shifts count modulo 32, so that the line itself is the bit's number in it. */
function half(line: number): number {
  return line < 32 ? LOW : HIGH;
}
