// A random program in M-mode without paging.
import type { Random } from "../../../differential/random.ts";
import { type BareMetal, RAM_BASE } from "../bare-metal.ts";
import { type Item, plain, type PlacedCode } from "./labelled-code.ts";
import { LAYOUT, TABLE, WORDS } from "./memory-layout.ts";
import { randomCode, randomTargets } from "./random-code.ts";
import { trapHandler } from "./trap-handler.ts";

const UART = 0x1000_0000n;
const NOTHING = 0x4000_0000n;
export const FLOAT_STATUS = 0x6000n;
const MACHINE_INTERRUPTS = 8n;

export function prepareBare(machine: BareMetal, random: Random): void {
  const code = randomCode(random, counters, RAM_BASE);
  loadProgram(machine, random, code, RAM_BASE, "");
  machine.set("mtvec", BigInt(RAM_BASE));
  machine.set("mie", 2n);
  machine.set("mstatus", FLOAT_STATUS | MACHINE_INTERRUPTS);
}

function counters(random: Random): Item[] {
  const csr = random.pick([0xb00, 0xb02, 0xc00, 0x340, 0x342, 0x001, 0x002]);
  const x = `x${random.between(10, 17)}`;
  return [plain(random.chance(0.7) ? `csrrs ${x}, ${csr}, x0` : `csrrw ${x}, 0x340, ${x}`)];
}

/**
 * @param base address of RAM's first byte as the program sees it
 * @param alias distance of another address of the code, or 0
 */
export function loadProgram(
  machine: BareMetal,
  random: Random,
  code: PlacedCode,
  base: number,
  mending: string,
  alias = 0,
): void {
  const start = code.placeOf("block 0");
  machine.load(trapHandler(mending), LAYOUT.handler);
  machine.load(code.words, start - base);
  const { memory } = machine;
  const table = LAYOUT.table;
  for (const [index, target] of randomTargets(random, code, alias).entries()) {
    memory.writeU64(table + TABLE.targets + index * 8, BigInt(target));
  }
  for (const [index, word] of WORDS.entries())
    memory.writeU32(table + TABLE.words + index * 4, word);
  const data = base + LAYOUT.data;
  const pointers = [0x1000, 0x2000].map((border) => data + border - random.below(8) * 8);
  for (const [index, pointer] of pointers.entries()) {
    memory.writeU64(table + TABLE.pointers + index * 8, BigInt(pointer));
    machine.set(`x${8 + index}`, BigInt(pointer));
  }
  memory.writeU64(table + TABLE.codePointer, BigInt(start + random.between(-20, 40) * 8));
  for (let at = 0; at < LAYOUT.dataPages * 4096; at += 8) {
    if (at % 4096 < 256 || at % 4096 > 3840) memory.writeU64(LAYOUT.data + at, random.next64());
  }
  for (let x = 10; x < 18; x += 1) {
    machine.set(`x${x}`, random.chance(0.5) ? BigInt(random.below(100)) : random.next64());
  }
  for (let x = 18; x < 21; x += 1) machine.set(`x${x}`, BigInt(random.between(1, 9)));
  machine.set("x1", BigInt(code.placeOf("block 1")));
  machine.set("x5", BigInt(code.placeOf("block 2")));
  machine.set("x21", UART);
  machine.set("x22", NOTHING);
  machine.set("x24", BigInt(base + table));
  machine.set("x25", BigInt(code.placeOf("middle")));
  machine.set("x30", FLOAT_STATUS);
  machine.set("pc", BigInt(start));
}
