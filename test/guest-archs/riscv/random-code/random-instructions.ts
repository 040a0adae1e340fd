// What blocks of random code are made of, in registers with fixed roles:
//
// | register  | holds                                                                   |
// |-----------|-------------------------------------------------------------------------|
// | x1, x5    | return addresses                                                        |
// | x6        | target of a computed jump                                               |
// | x7, x28   | scratch of the trap handler                                             |
// | x8, x9    | pointers near page borders                                              |
// | x10 - x17 | values                                                                  |
// | x18 - x20 | counters of loops                                                       |
// | x21, x22  | a device, an address where nothing is                                   |
// | x24, x25  | table of addresses and words (memory-layout.ts), the middle of the code |
// | x26       | word to store over code                                                 |
// | x27       | sum over all traps                                                      |
// | x30       | mstatus.FS                                                              |
import type { Random } from "../../../differential/random.ts";
import { half, type Item, plain } from "./labelled-code.ts";
import { TABLE, WORDS } from "./memory-layout.ts";

const VALUES = [10, 11, 12, 13, 14, 15, 16, 17];
const POINTERS = [8, 8, 9, 9, 9];

const THREE =
  "add sub xor or and sll srl sra slt sltu addw subw mul mulh mulhu mulw div divu rem remuw sh1add andn maxu".split(
    " ",
  );
const IMMEDIATE = ["addi", "xori", "ori", "andi", "slti", "sltiu", "addiw"];
const SHIFT = ["slli", "srli", "srai"];
const LOADS = ["lb", "lbu", "lh", "lhu", "lw", "lwu", "ld"];
const STORES = ["sb", "sh", "sw", "sd"];
const AMOS = ["amoadd.w", "amoswap.d", "amomaxu.w", "amoxor.d", "amomin.d", "amoand.w"];

const value = (random: Random): string => `x${random.pick(VALUES)}`;
const pointer = (random: Random): string => `x${random.pick(POINTERS)}`;

/** Mostly aligned, some misaligned, small and around zero. */
function offset(random: Random): number {
  const aligned = random.between(-8, 8) * 8;
  return random.chance(0.25) ? aligned + random.between(1, 7) : aligned;
}

function arithmetic(random: Random): Item[] {
  const [d, a, b] = [value(random), value(random), value(random)];
  switch (random.below(5)) {
    case 0:
      return [plain(`${random.pick(IMMEDIATE)} ${d}, ${a}, ${random.between(-2048, 2047)}`)];
    case 1:
      return [plain(`${random.pick(SHIFT)} ${d}, ${a}, ${random.below(64)}`)];
    case 2:
      return [plain(`${random.pick(["lui", "auipc"])} ${d}, ${random.below(1 << 19) << 12}`)];
    default:
      return [plain(`${random.pick(THREE)} ${d}, ${a}, ${b}`)];
  }
}

/** c.addi, c.mv, c.add, c.slli of value registers. */
function compressed(random: Random): Item[] {
  const [d, s] = [random.pick(VALUES), random.pick(VALUES)];
  const small = random.between(1, 31);
  return [
    half(
      random.pick([
        0x0001 | (d << 7) | (small << 2),
        0x8002 | (d << 7) | (s << 2),
        0x9002 | (d << 7) | (s << 2),
        0x0002 | (d << 7) | (small << 2),
      ]),
    ),
  ];
}

function load(random: Random): Item[] {
  return [plain(`${random.pick(LOADS)} ${value(random)}, ${offset(random)}(${pointer(random)})`)];
}

function store(random: Random): Item[] {
  return [plain(`${random.pick(STORES)} ${value(random)}, ${offset(random)}(${pointer(random)})`)];
}

/** Neighbouring accesses of one pointer, as of the fields of a structure. */
function accesses(random: Random): Item[] {
  const base = pointer(random);
  return Array.from({ length: random.between(2, 6) }, () => {
    const op = random.chance(0.5) ? random.pick(LOADS) : random.pick(STORES);
    return plain(`${op} ${value(random)}, ${offset(random)}(${base})`);
  });
}

function atomic(random: Random): Item[] {
  const base = pointer(random);
  if (random.chance(0.6)) {
    return [plain(`${random.pick(AMOS)} ${value(random)}, ${value(random)}, (${base})`)];
  }
  const width = random.pick(["w", "d"]);
  return [
    plain(`lr.${width} ${value(random)}, (${base})`),
    ...(random.chance(0.4) ? simple(random) : []),
    plain(`sc.${width} ${value(random)}, ${value(random)}, (${pointer(random)})`),
  ];
}

function float(random: Random): Item[] {
  const [d, a, b] = [random.below(4), random.below(4), random.below(4)];
  return [
    plain(
      random.pick([
        `fadd.d f${d}, f${a}, f${b}, dyn`,
        `fmul.d f${d}, f${a}, f${b}, rne`,
        `fcvt.d.l f${d}, ${value(random)}, dyn`,
        `fmv.x.d ${value(random)}, f${a}`,
        `fld f${d}, ${offset(random)}(${pointer(random)})`,
        `fsd f${d}, ${offset(random)}(${pointer(random)})`,
        `fmadd.d f${d}, f${a}, f${b}, f${d}, dyn`,
        `fsgnjn.d f${d}, f${a}, f${b}`,
      ]),
    ),
  ];
}

function movePointer(random: Random): Item[] {
  const x = random.pick([8, 9]);
  if (random.chance(0.4)) return [plain(`ld x${x}, ${TABLE.pointers + 8 * (x - 8)}(x24)`)];
  if (random.chance(0.2)) return [plain(`ld x${x}, ${TABLE.codePointer}(x24)`)];
  return [plain(`addi x${x}, x${x}, ${random.between(-24, 24) * 8}`)];
}

function unusual(random: Random): Item[] {
  return random.pick<() => Item[]>([
    () => [plain("fence.i")],
    () => [plain("ecall")],
    () => [plain("ebreak")],
    () => [half(0)],
    () => [{ bytes: 4, encode: () => 0xffff_ffff }],
    () => [plain(`ld ${value(random)}, 0(x22)`)],
    () => [plain(`sd ${value(random)}, 0(x22)`)],
    () => [plain(`lbu ${value(random)}, ${random.below(8)}(x21)`)],
    () => [plain(`sb ${value(random)}, 0(x21)`)],
    () => [plain("csrrc x0, 0x300, x30")],
    () => [plain(`csrrw ${value(random)}, 0x001, ${value(random)}`)],
  ])();
}

/** Other words over marked places of the code, or over parts of them. */
function selfModifying(random: Random, slots: readonly string[]): Item[] {
  const slot = random.pick(slots);
  const [op, within] = random.pick([
    ["sw", 0],
    ["sw", 0],
    ["sw", 0],
    ["sh", 0],
    ["sh", 2],
    ["sb", 3],
    ["sd", -4],
  ] as const);
  return [
    plain(`lw x26, ${TABLE.words + 4 * random.below(WORDS.length)}(x24)`),
    {
      bytes: 4,
      encode: (at, placeOf) =>
        plain(`${op} x26, ${placeOf(slot) + within - placeOf("middle")}(x25)`).encode(at, placeOf),
    },
    ...(random.chance(0.3) ? [plain("fence.i")] : []),
  ];
}

function simple(random: Random): Item[] {
  return random.chance(0.3) ? compressed(random) : arithmetic(random);
}

/** Instructions that belong to one world only, such as those that change page tables. */
export type Special = (random: Random) => Item[];

export function randomInstructions(
  random: Random,
  slots: readonly string[],
  special: Special,
): Item[] {
  const kind = random.below(100);
  if (kind < 34) return simple(random);
  if (kind < 46) return load(random);
  if (kind < 56) return store(random);
  if (kind < 66) return accesses(random);
  if (kind < 71) return atomic(random);
  if (kind < 77) return float(random);
  if (kind < 84) return movePointer(random);
  if (kind < 87) return unusual(random);
  if (kind < 91 && slots.length > 0) return selfModifying(random, slots);
  return special(random);
}
