// What one step of a hart did, from what was there before it and what is there after it.
import type { ExecutedStep, GuestMemory } from "../../core/index.ts";
import { disassemble } from "./disassembler.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { destinationSlot, peekWord } from "./peek-instruction.ts";
import { hartPrefix, NAME_OF_SLOT } from "./register-names.ts";

const PRIVILEGES = ["U", "S", "H", "M"] as const;

export function privilegeOf(hart: Hart): string {
  return PRIVILEGES[hart.low(SLOT.priv) & 3] as string;
}

/** Texts by instruction word: loops execute the same ones over and over. */
const TEXTS = new Map<number, string>();
const MOST_TEXTS = 100_000;

function disassembled(word: number): string {
  const known = TEXTS.get(word);
  if (known !== undefined) return known;
  if (TEXTS.size >= MOST_TEXTS) TEXTS.clear();
  const text = disassemble(word);
  TEXTS.set(word, text);
  return text;
}

export class WatchedStep {
  readonly #hart: Hart;
  readonly #pc: bigint;
  readonly #privilege: string;
  readonly #traps: number;
  #word: number | undefined;

  /** Before the step. */
  constructor(hart: Hart) {
    this.#hart = hart;
    this.#pc = hart.slots[SLOT.pc] as bigint;
    this.#privilege = privilegeOf(hart);
    this.#traps = hart.traps;
  }

  /** No interrupt came: an instruction is about to be fetched. */
  fetching(memory: GuestMemory, ramBase: number): void {
    this.#word = peekWord(this.#hart, memory, ramBase);
  }

  /** After an interrupt was taken instead. */
  interrupted(): ExecutedStep {
    return this.#step("interrupted", {});
  }

  /** After an instruction. */
  executed(): ExecutedStep {
    const word = this.#word;
    const isTrapped = this.#hart.traps !== this.#traps;
    const slot = word === undefined || isTrapped ? undefined : destinationSlot(word);
    return this.#step(isTrapped ? "trapped" : "retired", {
      ...(word !== undefined && { word }),
      ...(slot !== undefined && { written: this.#written(slot) }),
    });
  }

  #written(slot: number): { readonly name: string; readonly value: bigint } {
    const { index, slots } = this.#hart;
    return {
      name: hartPrefix(index) + (NAME_OF_SLOT.get(slot) ?? `slot${slot}`),
      value: slots[slot] as bigint,
    };
  }

  #step(kind: ExecutedStep["kind"], more: Pick<ExecutedStep, "word" | "written">): ExecutedStep {
    return {
      hart: this.#hart.index,
      privilege: this.#privilege,
      pc: this.#pc,
      kind,
      disassembly: more.word === undefined ? "" : disassembled(more.word),
      ...more,
    };
  }
}
