// The option that tells how many cores replicas are put on.

export const coreOptions = {
  cores: {
    type: "integer",
    minimum: 1,
    maximum: 1024,
    description:
      "Cores (fault domains) that replicas are put on, no two on the same; default: one more than replicas",
  },
} as const;

export const coresOf = (options: Readonly<Record<string, unknown>>): { readonly cores?: number } =>
  options["cores"] === undefined ? {} : { cores: options["cores"] as number };
