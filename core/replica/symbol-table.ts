// Which symbol of the guest's image an address lies in.
import type { GuestSymbol } from "../api/boot-loader.ts";

/** How far a symbol without a size reaches when none follows. */
const MAX_REACH = 1n << 20n;

export interface NamedAddress {
  readonly name: string;
  readonly offset: bigint;
}

export class SymbolTable {
  /** By address; of several at one address the first one given. */
  readonly #symbols: readonly GuestSymbol[];

  constructor(symbols: readonly GuestSymbol[]) {
    const byAddress = new Map<bigint, GuestSymbol>();
    for (const symbol of symbols) {
      if (!byAddress.has(symbol.address)) byAddress.set(symbol.address, symbol);
    }
    this.#symbols = [...byAddress.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  find(address: bigint): NamedAddress | undefined {
    let from = 0;
    let end = this.#symbols.length;
    while (from < end) {
      const middle = (from + end) >>> 1;
      if ((this.#symbols[middle] as GuestSymbol).address <= address) from = middle + 1;
      else end = middle;
    }
    const symbol = this.#symbols[from - 1];
    if (symbol === undefined) return undefined;
    const offset = address - symbol.address;
    const bytes = symbol.bytes > 0 ? BigInt(symbol.bytes) : MAX_REACH;
    return offset < bytes ? { name: symbol.name, offset } : undefined;
  }

  /** "main+0x10". */
  text(address: bigint): string | undefined {
    const found = this.find(address);
    if (found === undefined) return undefined;
    return found.offset === 0n ? found.name : `${found.name}+0x${found.offset.toString(16)}`;
  }
}
