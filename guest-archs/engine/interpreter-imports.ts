// Functions that the interpreter imports: the slow paths. Before each call the pc slot and the budget word are stored.
// Addresses come as two 32-bit halves, so that no BigInt is made. A status of 0 means go on; otherwise the instruction
// ended early: pc slot, budget word and TLB set were set for what follows.
import type { FunctionImport } from "./wasm-module.ts";

/**
 * Refills of the soft TLBs, in generated code. They serve what is ordinary: a page of RAM that is mapped, allowed and
 * known. They trap never and change nothing that the slow path would not change for the same access; after a 0 the
 * slow path does all from scratch. Nothing needs to be stored before.
 */
export interface RefillImports {
  /**
   * Enters a page into the read table of the hart's TLB set.
   * @param base address of the hart's state
   * @returns the host address of the access, which may be misaligned within the page, or 0
   */
  refillRead(base: number, address: bigint, size: number): number;
  /** The same for stores; pages with code or page tables get no entry although the store may be made. */
  refillWrite(base: number, address: bigint, size: number): number;
  /** Enters a page into the fetch table. @returns its block of records, or 0. */
  refillFetch(base: number, address: bigint): number;
}

export interface InterpreterImports extends RefillImports {
  /** @returns the block of records that holds the instruction at the pc slot, or one of FETCHED. */
  fetch(): number;
  /** Fills the record at this address. */
  decode(record: number): void;
  /** Fetches an instruction across a page border into the scratch records. @returns one of FETCHED. */
  fetchCrossing(): number;
  illegal(record: number): void;
  /** Loads into the data word. @returns a status. */
  load(high: number, low: number, size: number): number;
  /** Stores the data word. @returns a status. */
  store(high: number, low: number, size: number): number;
  /** Loads what an atomic operation will overwrite into the data word. @returns a status. */
  loadForUpdate(high: number, low: number, size: number): number;
  /** Loads into the data word and reserves. @returns a status. */
  loadReserved(high: number, low: number, size: number): number;
  /** Stores the data word if reserved, then leaves 0 or 1 in it. @returns a status. */
  storeConditional(high: number, low: number, size: number): number;
  /** @returns one of CALLED. */
  callout(record: number, index: number): number;
  /** The first jump to a record was the computed one of another record. */
  jumped(from: number, to: number): void;
  /** Jumps led to this record, at this address, as often as it takes to be worth compiling. */
  hot(record: number, pc: bigint): void;
  /** The replica is faulty: generated code leaves at the pc slot. @param index of the text that says why */
  halt(index: number): void;
}

/** What a callout did: the next instruction follows, a trap was taken, or the program counter was set otherwise. */
export const CALLED = { next: 0, trapped: 1, elsewhere: 2 } as const;

/** What the profiled interpreter imports besides. */
export interface ProfileImports {
  enteringRegion(): void;
  leftRegion(): void;
}

const ACCESS = { parameters: ["i32", "i32", "i32"], results: ["i32"] } as const;
const REFILL = { parameters: ["i32", "i64", "i32"], results: ["i32"] } as const;

/** In the order of their function indices. */
export const INTERPRETER_IMPORTS: readonly (FunctionImport & {
  readonly name: keyof InterpreterImports;
})[] = [
  { name: "fetch", parameters: [], results: ["i32"] },
  { name: "decode", parameters: ["i32"], results: [] },
  { name: "fetchCrossing", parameters: [], results: ["i32"] },
  { name: "illegal", parameters: ["i32"], results: [] },
  { name: "load", ...ACCESS },
  { name: "store", ...ACCESS },
  { name: "loadForUpdate", ...ACCESS },
  { name: "loadReserved", ...ACCESS },
  { name: "storeConditional", ...ACCESS },
  { name: "callout", parameters: ["i32", "i32"], results: ["i32"] },
  { name: "refillRead", ...REFILL },
  { name: "refillWrite", ...REFILL },
  { name: "refillFetch", parameters: ["i32", "i64"], results: ["i32"] },
  { name: "jumped", parameters: ["i32", "i32"], results: [] },
  { name: "hot", parameters: ["i32", "i64"], results: [] },
  { name: "halt", parameters: ["i32"], results: [] },
];

/** Their indices follow. */
export const PROFILE_IMPORTS: readonly (FunctionImport & {
  readonly name: keyof ProfileImports;
})[] = [
  { name: "enteringRegion", parameters: [], results: [] },
  { name: "leftRegion", parameters: [], results: [] },
];

export function importIndex(name: keyof InterpreterImports | keyof ProfileImports): number {
  return [...INTERPRETER_IMPORTS, ...PROFILE_IMPORTS].findIndex((entry) => entry.name === name);
}
