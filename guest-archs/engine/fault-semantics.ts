// Semantics that err: accesses, branches and results go through masks in words of the hart (FAULT_WORD). With masks that
// change nothing, an instruction does exactly what it does otherwise. Only an interpreter of its own is generated from
// these, so that a machine without faults pays nothing.
import { withOverrides } from "../../core/index.ts";
import { traitsOf } from "./compiler/operation-traits.ts";
import { LOADS } from "./interpreter-memory.ts";
import { FAULT_WORD } from "./record-layout.ts";
import type { AccessSize, Held, I64, LoadKind, Semantics } from "./semantics.ts";

/** What the data that an instruction loads and stores is, in bytes; undefined where it does not. */
export interface DataAccess {
  readonly load: AccessSize | undefined;
  readonly store: AccessSize | undefined;
}

/** Found by running the semantics through a builder that takes note. */
export function dataAccessOf<Services>(semantics: (x: Semantics<Services>) => void): DataAccess {
  let load: AccessSize | undefined;
  let store: AccessSize | undefined;
  traitsOf<Services>((x) =>
    semantics(
      withOverrides(x, {
        load: (kind, address) => {
          ({ size: load } = LOADS[kind]);
          return x.load(kind, address);
        },
        store: (size, address, value) => {
          store = size;
          x.store(size, address, value);
        },
        amo: (size, address, update) => {
          load = size;
          store = size;
          return x.amo(size, address, update);
        },
        loadReserved: (size, address) => {
          load = size;
          return x.loadReserved(size, address);
        },
        storeConditional: (size, address, value) => {
          store = size;
          return x.storeConditional(size, address, value);
        },
      }),
    ),
  );
  return { load, store };
}

/**
 * @param firstSlot of the hart's state, of the fault words
 * @param isResultMasked whether what it writes to its destination is a result of the integer unit
 */
export function erringSemantics<Services>(
  semantics: (x: Semantics<Services>) => void,
  firstSlot: number,
  isResultMasked: boolean,
): (x: Semantics<Services>) => void {
  return (x) => {
    const word = (number: number): I64 => x.state(firstSlot + number);
    const loadAddress = (address: I64): I64 => x.xor(address, word(FAULT_WORD.loadAddress));
    const storeAddress = (address: I64): I64 => x.xor(address, word(FAULT_WORD.storeAddress));
    const storeData = (value: I64): I64 => x.xor(value, word(FAULT_WORD.storeData));
    const loadData = (kind: LoadKind, value: I64): I64 =>
      widen(x, kind, x.xor(value, word(FAULT_WORD.loadData)));
    const stuck = (result: I64): I64 =>
      x.or(x.and(result, word(FAULT_WORD.resultAnd)), word(FAULT_WORD.resultOr));
    semantics(
      withOverrides(x, {
        load: (kind, address) => loadData(kind, x.load(kind, loadAddress(address))),
        store: (size, address, value) => {
          const held = x.hold(value);
          x.store(size, storeAddress(address), storeData(held.get()));
        },
        amo: (size, address, update) => {
          const kind = size === 4 ? "s32" : "u64";
          const old = x.amo(size, storeAddress(loadAddress(address)), (stored) => {
            const seen: Held<I64> = { get: () => loadData(kind, stored.get()) };
            return storeData(update(seen));
          });
          return loadData(kind, old);
        },
        loadReserved: (size, address) =>
          loadData(size === 4 ? "s32" : "u64", x.loadReserved(size, loadAddress(address))),
        storeConditional: (size, address, value) => {
          const held = x.hold(value);
          return x.storeConditional(size, storeAddress(address), storeData(held.get()));
        },
        branch: (condition) =>
          x.branch(x.eq32(condition, x.stateLow(firstSlot + FAULT_WORD.branch))),
        ...(isResultMasked && { setRd: (result: I64) => x.setRd(stuck(result)) }),
      }),
    );
  };
}

/** A changed bit of the data may be the sign. */
function widen<Services>(x: Semantics<Services>, kind: LoadKind, value: I64): I64 {
  switch (kind) {
    case "s8":
      return x.extend8(value);
    case "s16":
      return x.extend16(value);
    case "s32":
      return x.extend32(value);
    default:
      return value;
  }
}
