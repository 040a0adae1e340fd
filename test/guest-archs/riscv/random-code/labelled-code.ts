// Code with labels: the lengths of instructions are known first, then where the labels are, then the words.
import { assemble } from "../assemble.ts";

/** One instruction. */
export interface Item {
  readonly bytes: 2 | 4;
  /** @param at its own address @param placeOf the address of a label */
  encode(at: number, placeOf: (label: string) => number): number;
}

export interface Labelled {
  readonly labels: readonly string[];
  readonly item: Item;
}

export interface PlacedCode {
  readonly words: readonly number[];
  readonly bytes: number;
  placeOf(label: string): number;
}

/** An instruction as text, such as "addi x1, x2, -5". */
export function plain(text: string): Item {
  const word = assemble(text);
  return { bytes: 4, encode: () => word };
}

/** A compressed instruction, or any two bytes. */
export function half(word: number): Item {
  return { bytes: 2, encode: () => word & 0xffff };
}

/** A jump or branch whose last operand is a label. */
export function toLabel(text: string, label: string): Item {
  return { bytes: 4, encode: (at, placeOf) => assemble(`${text}, ${placeOf(label) - at}`) };
}

export function place(code: readonly Labelled[], start: number): PlacedCode {
  const places = new Map<string, number>();
  let at = start;
  for (const { labels, item } of code) {
    for (const label of labels) places.set(label, at);
    at += item.bytes;
  }
  const placeOf = (label: string): number => {
    const found = places.get(label);
    if (found === undefined) throw new Error(`there is no label ${label}`);
    return found;
  };
  const bytes = at - start;
  at = start;
  const words = code.map(({ item }) => {
    const word = item.encode(at, placeOf);
    at += item.bytes;
    return word;
  });
  return { words, bytes, placeOf };
}
