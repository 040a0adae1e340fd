// A fault within one instruction: set up before it, taken back after it.
import type { InstructionFault } from "../../core/index.ts";
import { FAULT_WORD } from "../engine/record-layout.ts";
import { disassemble } from "./disassembler.ts";
import { faultWords } from "./erring-interpreter.ts";
import type { Hart } from "./hart.ts";
import { SLOT } from "./hart-layout.ts";
import { bitsText, hex, maskOf, type NextInstruction } from "./next-instruction.ts";

const WORD_OF = {
  "load-address": FAULT_WORD.loadAddress,
  "load-data": FAULT_WORD.loadData,
  "store-address": FAULT_WORD.storeAddress,
  "store-data": FAULT_WORD.storeData,
} as const;

export class SingleFault {
  readonly #fault: InstructionFault;
  #instruction: NextInstruction | undefined;
  #traps = 0;
  #what: string | undefined;

  constructor(fault: InstructionFault) {
    this.#fault = fault;
  }

  /** What was done, if the instruction was one that the fault can hit. */
  get what(): string | undefined {
    return this.#what;
  }

  /** @param instruction that the hart is about to execute; undefined when it cannot be fetched */
  begin(hart: Hart, instruction: NextInstruction | undefined): void {
    if (instruction === undefined || !this.#hits(instruction)) return;
    this.#instruction = instruction;
    this.#traps = hart.traps;
    const fault = this.#fault;
    if (fault.site === "branch") faultWords(hart)[FAULT_WORD.branch] = 0n;
    else if (fault.site === "instruction") {
      hart.fetchMask = Number(BigInt.asIntN(32, maskOf(fault)));
      hart.tlb.dropAddress(hart.pcHigh, hart.pcLow);
    } else faultWords(hart)[WORD_OF[fault.site]] = maskOf(fault);
  }

  end(hart: Hart): void {
    const fault = this.#fault;
    if (this.#instruction === undefined) return;
    if (fault.site === "branch") faultWords(hart)[FAULT_WORD.branch] = 1n;
    else if (fault.site === "instruction") hart.fetchMask = 0;
    else faultWords(hart)[WORD_OF[fault.site]] = 0n;
    this.#what = this.#describe(this.#instruction, hart);
  }

  #hits({ bits, site: { data, isBranch } }: NextInstruction): boolean {
    const fault = this.#fault;
    switch (fault.site) {
      case "branch":
        return isBranch;
      case "instruction":
        return fault.bit + fault.width <= bits;
      case "load-address":
        return data.load !== undefined;
      case "store-address":
        return data.store !== undefined;
      case "load-data":
        return fault.bit + fault.width <= (data.load ?? 0) * 8;
      case "store-data":
        return fault.bit + fault.width <= (data.store ?? 0) * 8;
    }
  }

  #describe({ pc, word, bits, address }: NextInstruction, hart: Hart): string | undefined {
    const fault = this.#fault;
    const where = `${disassemble(word)} at ${hex(pc)}`;
    switch (fault.site) {
      case "branch":
        return `${where}: goes on at ${hex(hart.slots[SLOT.pc] as bigint)}`;
      case "instruction": {
        const altered = BigInt(word) ^ maskOf(fault);
        const fetched = bits === 32 && (altered & 3n) !== 3n ? altered & 0xffffn : altered;
        // One that became longer goes on in what follows it: its text would not be what was executed.
        const isLonger = bits === 16 && (altered & 3n) === 3n;
        const text = isLonger ? "a longer one" : disassemble(Number(fetched));
        return `${where}, ${bitsText(fault)} of the word: ${hex(word)} -> ${hex(altered)}, ${text}`;
      }
      case "load-address":
      case "store-address": {
        const flipped = address ^ maskOf(fault);
        return `${where}, ${bitsText(fault)} of its address: ${hex(address)} -> ${hex(flipped)}`;
      }
      case "load-data":
      case "store-data": {
        // An access that trapped moved no data.
        if (hart.traps !== this.#traps) return undefined;
        const moved = fault.site === "load-data" ? "loaded from" : "stored to";
        return `${where}, ${bitsText(fault)} of the data ${moved} ${hex(address)}`;
      }
    }
  }
}
