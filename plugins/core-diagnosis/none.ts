// Blame is counted and nothing follows from it.
import type { CoreDiagnosisProvider } from "../../core/index.ts";

export const none: CoreDiagnosisProvider = {
  kind: "core-diagnosis",
  name: "none",
  summary: "Blame of cores is counted; no core is diagnosed or retired",
  schema: { type: "object", additionalProperties: false, properties: {} },
  create: () => ({}),
};
