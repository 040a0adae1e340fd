// All defences of the coordinator, each of which can be switched off.
import type { ManagerProtectionProvider } from "../../core/index.ts";

const defence = (description: string): Readonly<Record<string, unknown>> => ({
  type: "boolean",
  default: true,
  description,
});

const AUDIT_ENTRIES = 64;
const SCRUB_PAGES = 8;
const DIGEST_PAGES = 2048;
const amount = (preset: number, description: string): Readonly<Record<string, unknown>> => ({
  type: "integer",
  minimum: 1,
  default: preset,
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
      microRestart: defence(
        "Where the run stands is sealed, and the coordinator's loop goes on from there when it fails",
      ),
      doubleEvaluation: defence(
        "Comparisons are evaluated twice, and replicas are equal only where both evaluations say so",
      ),
      releaseCheck: defence(
        "What leaves is compared with another replica's copy once more, right before it does",
      ),
      encodedVerdict: defence(
        "What was agreed on is said in code words that flips of a few bits do not turn into each other",
      ),
      frameAudit: defence("Page maps, lists of written pages and owners of frames are audited"),
      auditEntries: amount(AUDIT_ENTRIES, "Entries of each table that are audited after an epoch"),
      checkpointScrub: defence(
        "Pages of the checkpoint are compared with digests of when they were verified",
      ),
      scrubPages: amount(SCRUB_PAGES, "Pages that are compared with their digest after an epoch"),
      digestPages: amount(DIGEST_PAGES, "Pages that are given a digest after an epoch at most"),
    },
  },
  create: (options) => ({
    recordSeals: options["recordSeals"] !== false,
    logChain: options["logChain"] !== false,
    microRestart: options["microRestart"] !== false,
    doubleEvaluation: options["doubleEvaluation"] !== false,
    releaseCheck: options["releaseCheck"] !== false,
    encodedVerdict: options["encodedVerdict"] !== false,
    frameAudit: options["frameAudit"] !== false,
    auditEntries: (options["auditEntries"] ?? AUDIT_ENTRIES) as number,
    checkpointScrub: options["checkpointScrub"] !== false,
    scrubPages: (options["scrubPages"] ?? SCRUB_PAGES) as number,
    digestPages: (options["digestPages"] ?? DIGEST_PAGES) as number,
  }),
};
