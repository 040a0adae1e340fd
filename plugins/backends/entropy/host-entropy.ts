// Entropy backend: the host's random number generator. The bytes are logged inputs, equal in all replicas.
import { randomBytes } from "node:crypto";
import type { Backend } from "../../../core/index.ts";
import { serveEntropy } from "./serve-entropy.ts";

export const hostEntropy: Backend = {
  kind: "backend",
  name: "host-entropy",
  serves: "entropy",
  summary: "Random bytes of the host.",
  schema: { type: "object", properties: {}, additionalProperties: false },
  open: async (_options, context) => serveEntropy((count) => randomBytes(count), context),
};
