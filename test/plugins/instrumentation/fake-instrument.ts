// What an instrument gets when it is created, and operations to transform, without a machine.
import type { InstrumentContext, Operation } from "../../../core/index.ts";

export interface FakeContext extends InstrumentContext {
  readonly notes: string[];
}

export function fakeContext(cells: number, firstCell = 0): FakeContext {
  const notes: string[] = [];
  return {
    replica: 0,
    firstCell,
    cells: new BigUint64Array(new SharedArrayBuffer(cells * 8)),
    nameAddress: (address) => (address < 0x100n ? `start+0x${address.toString(16)}` : undefined),
    note: (text) => void notes.push(text),
    notes,
  };
}

export function operation(
  name: string,
  traits: Partial<Operation["traits"]> = {},
  usesFloat = false,
): Operation {
  return {
    name,
    length: 4,
    usesFloat,
    traits: {
      readsRs1: true,
      readsRs2: false,
      readsRs3: false,
      writesRd: true,
      control: "next",
      mayLeave: false,
      memory: "none",
      ...traits,
    },
    disassemble: (word) => `${name} ${word}`,
  };
}
