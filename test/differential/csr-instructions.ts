// Zicsr on registers that a block may change without consequences for the code around it.
import { iType, wide, x } from "./encode.ts";
import type { Maker } from "./operands.ts";

const HARMLESS = [
  ["mscratch", 0x340],
  ["sscratch", 0x140],
  ["mcause", 0x342],
  ["mtval", 0x343],
  ["scause", 0x142],
  ["stval", 0x143],
] as const;

const FLOAT = [
  ["fflags", 0x001],
  ["frm", 0x002],
  ["fcsr", 0x003],
] as const;

const OPERATIONS = ["", "csrrw", "csrrs", "csrrc", "", "csrrwi", "csrrsi", "csrrci"] as const;

function access(csrs: readonly (readonly [string, number])[]): Maker {
  return (o) => {
    const [name, number] = o.random.pick(csrs);
    const f3 = o.random.pick([1, 2, 3, 5, 6, 7]);
    const rd = o.rd();
    const source = o.random.chance(0.2) ? 0 : o.rs();
    const word = iType(0x73, f3, rd, source, number);
    const operand = f3 > 4 ? `${source}` : x(source);
    return wide(word, `${OPERATIONS[f3]} ${x(rd)}, ${name}, ${operand}`);
  };
}

const roundingMode: Maker = (o) => {
  const mode = o.random.between(0, 4);
  return wide(iType(0x73, 5, 0, mode, 0x002), `csrwi frm, ${mode}`);
};

const noFlags: Maker = () => wide(iType(0x73, 5, 0, 0, 0x001), "csrwi fflags, 0");

const readFlags: Maker = (o) => {
  const rd = o.rd();
  return wide(iType(0x73, 2, rd, 0, 0x003), `csrr ${x(rd)}, fcsr`);
};

export const CSR: readonly Maker[] = [access(HARMLESS), access(FLOAT), readFlags];
export const FLOAT_CONTROL: readonly Maker[] = [roundingMode, roundingMode, noFlags, readFlags];
