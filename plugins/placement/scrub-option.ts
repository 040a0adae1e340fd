// The option of placements whose replicas have memories of their own: what is compared of pages that nobody wrote.

export const scrubOption = {
  scrubPages: {
    type: "integer",
    minimum: 0,
    maximum: 1_048_576,
    default: 1024,
    description:
      "Pages, of those that the guest did not write since the last checkpoint, that each checkpoint compares as well: another stretch of memory every time; 0 for none",
  },
} as const;
