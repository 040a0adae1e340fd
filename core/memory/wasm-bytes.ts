// Pieces of WebAssembly modules in binary (WebAssembly Core Specification 2.0, section 5).
const I32 = 0x7f;

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

export function constant(value: number): number[] {
  const bytes = [0x41];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    const isLast = rest >> 6 === 0 || rest >> 6 === -1;
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

export const get = (local: number): number[] => [0x20, local];
export const list = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
export const name = (text: string): number[] => [...unsigned(text.length), ...Buffer.from(text)];
export const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsigned(content.length),
  ...content,
];

/** A function's code: how many locals of which type, then instructions. */
export function body(
  locals: readonly (readonly [count: number, type: number])[],
  code: readonly number[],
): number[] {
  const all = [...list(locals), ...code];
  return [...unsigned(all.length), ...all];
}

/** Of a function of 32-bit integers. */
export const signature = (parameters: number, results = 1): number[] => [
  0x60,
  ...list(Array.from({ length: parameters }, () => [I32])),
  ...list(Array.from({ length: results }, () => [I32])),
];
