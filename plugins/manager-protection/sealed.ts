// All defences of the coordinator, each of which can be switched off.
import type { ManagerProtectionProvider } from "../../core/index.ts";

const defence = (description: string): Readonly<Record<string, unknown>> => ({
  type: "boolean",
  default: true,
  description,
});

export const sealed: ManagerProtectionProvider = {
  kind: "manager-protection",
  name: "sealed",
  summary: "The coordinator checks its own records and decisions",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      recordSeals: defence(
        "Orders, ballots, log and checkpoint records carry sequence numbers and checksums, and have second copies",
      ),
      logChain: defence("The log is a chain of hashes, verified before a replay"),
      doubleEvaluation: defence(
        "Comparisons are evaluated twice, and replicas are equal only where both evaluations say so",
      ),
      releaseCheck: defence(
        "What leaves is compared with another replica's copy once more, right before it does",
      ),
      encodedVerdict: defence(
        "What was agreed on is said in code words that flips of a few bits do not turn into each other",
      ),
    },
  },
  create: (options) => ({
    recordSeals: options["recordSeals"] !== false,
    logChain: options["logChain"] !== false,
    doubleEvaluation: options["doubleEvaluation"] !== false,
    releaseCheck: options["releaseCheck"] !== false,
    encodedVerdict: options["encodedVerdict"] !== false,
  }),
};
