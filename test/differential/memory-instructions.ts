// Loads, stores and atomics through the base registers of a block.
import { f, iType, rType, sType, wide, x } from "./encode.ts";
import type { Maker } from "./operands.ts";

const LOADS = ["lb", "lh", "lw", "ld", "lbu", "lhu", "lwu"] as const;
const STORES = ["sb", "sh", "sw", "sd"] as const;

const load = LOADS.map((name, f3): Maker => (o) => {
  const [rd, rs1, offset] = [o.rd(), o.base(), o.offset()];
  return wide(iType(0x03, f3, rd, rs1, offset), `${name} ${x(rd)}, ${offset}(${x(rs1)})`);
});

const store = STORES.map((name, f3): Maker => (o) => {
  const [rs2, rs1, offset] = [o.rs(), o.base(), o.offset()];
  return wide(sType(0x23, f3, rs1, rs2, offset), `${name} ${x(rs2)}, ${offset}(${x(rs1)})`);
});

const floatLoad = (["flw", "fld"] as const).map((name, index): Maker => (o) => {
  const [rd, rs1, offset] = [o.fp(), o.base(), o.offset()];
  return wide(iType(0x07, index + 2, rd, rs1, offset), `${name} ${f(rd)}, ${offset}(${x(rs1)})`);
});

const floatStore = (["fsw", "fsd"] as const).map((name, index): Maker => (o) => {
  const [rs2, rs1, offset] = [o.fp(), o.base(), o.offset()];
  return wide(sType(0x27, index + 2, rs1, rs2, offset), `${name} ${f(rs2)}, ${offset}(${x(rs1)})`);
});

export const LOAD_STORE: readonly Maker[] = [...load, ...store, ...floatLoad, ...floatStore];

const AMO_FUNCT5 = {
  amoswap: 0x01,
  amoadd: 0x00,
  amoxor: 0x04,
  amoand: 0x0c,
  amoor: 0x08,
  amomin: 0x10,
  amomax: 0x14,
  amominu: 0x18,
  amomaxu: 0x1c,
} as const;

const LR = 0x02;
const SC = 0x03;

function atomic(
  o: Parameters<Maker>[0],
  name: string,
  f5: number,
  width: number,
  address: number,
  rs2: number,
): ReturnType<Maker> {
  const rd = o.rd();
  const [ordering, suffix] = o.random.pick([
    [0, ""],
    [1, ".rl"],
    [2, ".aq"],
    [3, ".aqrl"],
  ] as const);
  const word = rType(0x2f, width, (f5 << 2) | ordering, rd, address, rs2);
  const text = `${name}.${width === 2 ? "w" : "d"}${suffix} ${x(rd)}, ${x(rs2)}, (${x(address)})`;
  return wide(word, text);
}

/** An AMO on the address in a register. */
export function amo(o: Parameters<Maker>[0], address: number): ReturnType<Maker> {
  const [name, f5] = o.random.pick(Object.entries(AMO_FUNCT5));
  return atomic(o, name, f5, o.random.pick([2, 3]), address, o.rs());
}

export function loadReserved(
  o: Parameters<Maker>[0],
  width: number,
  address: number,
): ReturnType<Maker> {
  return atomic(o, "lr", LR, width, address, 0);
}

export function storeConditional(
  o: Parameters<Maker>[0],
  width: number,
  address: number,
): ReturnType<Maker> {
  return atomic(o, "sc", SC, width, address, o.rs());
}
