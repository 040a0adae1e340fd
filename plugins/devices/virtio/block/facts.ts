// What a block backend tells the device about its disk. Plain data, equal in all replicas.

export interface BlockFacts {
  /** Size of the disk in sectors of 512 bytes. */
  readonly capacitySectors: number;
  readonly readOnly: boolean;
  /** Up to 20 ASCII characters, what the guest sees as the disk's serial number. */
  readonly serial: string;
}

/** Picks the facts out of a backend's plain data; absent ones describe an empty, read-only disk. */
export function blockFacts(facts: Readonly<Record<string, unknown>>): BlockFacts {
  const { capacitySectors, readOnly, serial } = facts;
  return {
    capacitySectors: typeof capacitySectors === "number" ? capacitySectors : 0,
    readOnly: readOnly !== false,
    serial: typeof serial === "string" ? serial : "",
  };
}
