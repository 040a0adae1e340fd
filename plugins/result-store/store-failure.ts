// What a database complains of, in words for the user. Codes: PostgreSQL documentation, Appendix A.
import { ExtravirtError } from "../../core/index.ts";
import type { ErrorCode } from "../../core/index.ts";

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

const UNREACHABLE: Failure = {
  code: "XV_ERR_STORE_UNREACHABLE",
  message: "The database does not answer",
  remedy: "Start it, or mend its address; results kept so far stay, and the same command resumes.",
};
const NOT_THERE: Failure = {
  code: "XV_ERR_STORE_UNREACHABLE",
  message: "There is no such database",
  remedy: "Create it (createdb NAME), or name another one.",
};
const DENIED: Failure = {
  code: "XV_ERR_STORE_DENIED",
  message: "The database does not permit this user to keep results",
  remedy:
    "Check user and password, and let the user create schemas (GRANT CREATE ON DATABASE ... TO ...).",
};
const FULL: Failure = {
  code: "XV_ERR_STORE_FULL",
  message: "The database has no space left",
  remedy: "Make space; results kept so far stay, and the same command resumes.",
};
const READ_ONLY: Failure = {
  code: "XV_ERR_STORE_READ_ONLY",
  message: "The database can only be read",
  remedy: "Name the primary server or a directory that can be written to.",
};

/** By class of SQLSTATE (two characters), whole SQLSTATE, or code of the system. */
const FAILURES: Readonly<Record<string, Failure>> = {
  "08": UNREACHABLE,
  "28": DENIED,
  "53": UNREACHABLE,
  "53100": FULL,
  "57P": UNREACHABLE,
  "3D000": NOT_THERE,
  "42501": DENIED,
  "25006": READ_ONLY,
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  EPIPE: UNREACHABLE,
  ENOENT: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READ_ONLY,
  EACCES: DENIED,
  EPERM: DENIED,
};

/** Serialization failure, deadlock, server going down or coming up, connections used up. */
const PASSING = /^(08|40001|40P01|53300|57P0)/;

/** What `pg` says without a code when a connection breaks. */
const BROKEN = /Connection terminated|Client has encountered a connection error|timeout exceeded/;

/** Whether the same may well succeed later. */
export function isPassing(error: unknown): boolean {
  const { code, message } = causeOf(error);
  if (BROKEN.test(message)) return true;
  return PASSING.test(code) || (failureOf(code) === UNREACHABLE && code.startsWith("E"));
}

/** @param place of the database, without its password */
export function storeError(error: unknown, place: string): unknown {
  if (error instanceof ExtravirtError) return error;
  const { code, message } = causeOf(error);
  const failure = BROKEN.test(message) ? UNREACHABLE : failureOf(code);
  if (failure === undefined) return error;
  return new ExtravirtError(failure.code, `${failure.message}: ${message || code}.`, {
    place,
    remedy: failure.remedy,
    cause: error,
  });
}

function failureOf(code: string): Failure | undefined {
  return FAILURES[code] ?? FAILURES[code.slice(0, 3)] ?? FAILURES[code.slice(0, 2)];
}

/** Node reports several addresses of one host that all failed as one error without a message. */
function causeOf(error: unknown): { code: string; message: string } {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code, message } = (inner ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === "string" ? code : "", message: String(message ?? "").trim() };
}
