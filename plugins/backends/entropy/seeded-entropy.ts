// Entropy backend: reproducible bytes from a seed. For tests and comparisons; never for keys.
import type { Backend } from "../../../core/index.ts";
import { SeededBytes } from "../seeded-bytes.ts";
import { serveEntropy } from "./serve-entropy.ts";

export const seededEntropy: Backend = {
  kind: "backend",
  name: "seeded-entropy",
  serves: "entropy",
  summary: "Reproducible bytes from a seed; not for secrets.",
  schema: {
    type: "object",
    properties: {
      seed: { type: "integer", minimum: 0, default: 0, description: "Chooses the stream." },
    },
    additionalProperties: false,
  },
  async open(options, context) {
    const stream = new SeededBytes(String(options["seed"] ?? 0));
    return serveEntropy((count) => stream.take(count), context);
  },
};
