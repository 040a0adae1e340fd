// The toy architecture: sixteen 32-bit registers, 32-bit words `op << 24 | a << 20 | b << 16 | immediate`.
// It exists to prove that the core knows nothing of RISC-V, and to keep tests of the core fast.

/** Operations; `imm` is sign-extended except in li and shl16. */
export const TOY_OPS = [
  "illegal",
  /** a = imm (zero-extended) */ "li",
  /** a = a << 16 | imm */ "shl16",
  /** a += b */ "add",
  /** a += imm */ "addi",
  /** a ^= b */ "xor",
  /** a *= b, low 32 bits */ "mul",
  /** a = word at b + imm */ "load",
  /** word at b + imm = a */ "store",
  /** if a != 0, skip imm words relative to this one */ "bnz",
  /** until the interrupt line is high or the alarm rings */ "wait",
  /** a = virtual time in ticks */ "time",
  /** alarm at now + a ticks */ "alarm",
] as const;

type ToyOp = (typeof TOY_OPS)[number];

/** Operands whose registers an operation reads. */
export const TOY_READS: Readonly<Record<ToyOp, readonly ("a" | "b")[]>> = {
  illegal: [],
  li: [],
  shl16: ["a"],
  add: ["a", "b"],
  addi: ["a"],
  xor: ["a", "b"],
  mul: ["a", "b"],
  load: ["b"],
  store: ["a", "b"],
  bnz: ["a"],
  wait: [],
  time: [],
  alarm: ["a"],
};

/**
 * Assembles one instruction per line: `li r1 65`, `store r1 r2 0`, `bnz r3 -4`; `#` starts a comment,
 * `name:` a label that bnz may use.
 */
export function assembleToy(source: string): Uint32Array {
  const lines = source
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  const labels = new Map<string, number>();
  const code: string[] = [];
  for (const line of lines) {
    if (line.endsWith(":")) labels.set(line.slice(0, -1), code.length);
    else code.push(line);
  }
  return Uint32Array.from(code, (line, at) => {
    const [name = "", ...operands] = line.split(/\s+/);
    const op = TOY_OPS.indexOf(name as ToyOp);
    if (op < 1) throw new SyntaxError(`"${name}" is not a toy instruction (in "${line}")`);
    const registers = operands
      .filter((text) => /^r\d+$/.test(text))
      .map((text) => Number(text.slice(1)));
    const last = operands.at(-1) ?? "0";
    const label = labels.get(last);
    const immediate = label === undefined ? (/^r\d+$/.test(last) ? 0 : Number(last)) : label - at;
    const [a = 0, b = 0] = registers;
    return ((op << 24) | (a << 20) | (b << 16) | (immediate & 0xffff)) >>> 0;
  });
}
