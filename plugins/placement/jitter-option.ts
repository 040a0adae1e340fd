// The option that all placements have in common.

export const jitterOption = {
  jitterMs: {
    type: "integer",
    minimum: 0,
    default: 0,
    description:
      "Delays messages at random by up to so many milliseconds, to show that timing does not matter",
  },
} as const;
