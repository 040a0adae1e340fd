// Contracts of the state codec (core/machine/state-codec.ts): how a part of a machine saves itself.

/** Appends values; sections nest by order only. Integers are little-endian. */
export interface StateWriter {
  /** Opens a named, versioned section; everything up to the next section belongs to it. */
  section(name: string, version: number): void;
  boolean(value: boolean): void;
  u8(value: number): void;
  u32(value: number): void;
  /** 64-bit unsigned. */
  u64(value: bigint): void;
  /** A safe integer or Infinity, stored as an IEEE 754 double. */
  number(value: number): void;
  bytes(value: Uint8Array): void;
  string(value: string): void;
}

/** Reads back in the order written. Every mismatch throws XV_ERR_STATE_CORRUPT with the section's name. */
export interface StateReader {
  /** @returns the version found; throws when the name differs or the version is above `newestVersion`. */
  section(name: string, newestVersion: number): number;
  boolean(): boolean;
  u8(): number;
  u32(): number;
  u64(): bigint;
  number(): number;
  /** A copy. */
  bytes(): Uint8Array;
  string(): string;
}

/** Anything inside a replica that has state. `restore` accepts exactly what `save` wrote. */
export interface Saved {
  save(writer: StateWriter): void;
  restore(reader: StateReader): void;
}
