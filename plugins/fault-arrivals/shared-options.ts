// Options that all arrivals have.

export const SEED_OPTION = {
  type: "integer",
  minimum: 0,
  default: 1,
  description: "The same seed brings the same faults",
} as const;

export const UNTIL_OPTION = {
  type: "integer",
  minimum: 1,
  description: "Step before which they arrive, counted from power-on; default: limits.steps",
} as const;

export const CORES_OPTION = {
  type: "array",
  minItems: 1,
  items: { type: "integer", minimum: 0 },
  description: "Cores that are struck; default: all, also those on which nobody runs at that time",
} as const;
