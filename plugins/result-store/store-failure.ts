// What a database complains of, in words for the user. Codes: PostgreSQL documentation, Appendix A.
import { ExtravirtError } from "../../core/index.ts";
import type { ErrorCode } from "../../core/index.ts";

interface Cause {
  /** Empty where there is none. */
  readonly code: string;
  readonly message: string;
}

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
const NO_ACCESS: Failure = {
  code: "XV_ERR_STORE_DENIED",
  message: "The system does not permit this user to reach the database",
  remedy: "Check owner and permissions of the files or the socket that the message names.",
};
const NO_PASSWORD: Failure = {
  code: "XV_ERR_STORE_DENIED",
  message: "The database wants a password",
  remedy: "Set PGPASSWORD to the user's password.",
};
const NO_ADDRESS: Failure = {
  code: "XV_ERR_STORE_UNREACHABLE",
  message: "The address of the database can't be understood",
  remedy:
    "Write postgres://USER@HOST:PORT/DATABASE, other characters as %XX (@ as %40), and the password in PGPASSWORD.",
};
const NO_TLS: Failure = {
  code: "XV_ERR_STORE_UNREACHABLE",
  message: "No encrypted connection to the database came about",
  remedy:
    "Mend the server's certificate, or name the one to trust (sslrootcert=FILE in the address); sslmode=disable does without encryption.",
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
  EACCES: NO_ACCESS,
  EPERM: NO_ACCESS,
  ERR_INVALID_URL: NO_ADDRESS,
  EPROTO: NO_TLS,
  SELF_SIGNED_CERT_IN_CHAIN: NO_TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: NO_TLS,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_TLS,
  UNABLE_TO_GET_ISSUER_CERT: NO_TLS,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_TLS,
  CERT_HAS_EXPIRED: NO_TLS,
  CERT_NOT_YET_VALID: NO_TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: NO_TLS,
};

/** What `pg` and PostgreSQL's protocol say without a code. */
const WITHOUT_CODE: readonly (readonly [RegExp, Failure])[] = [
  [/client password must be/, NO_PASSWORD],
  [/^SASL:/, DENIED],
  [/does not support SSL|establishing an SSL connection/, NO_TLS],
];

/** Serialization failure, deadlock, server going down or coming up, connections used up. */
const PASSING = /^(08|40001|40P01|53300|57P0)/;

const UNIQUE_VIOLATION = "23505";

/** What `pg` says without a code when a connection breaks, or when nothing comes back over it. */
const BROKEN =
  /Connection terminated|Client has encountered a connection error|timeout exceeded|Query read timeout/;

/** Whether nothing more is to be expected of the connection. */
export function isBroken(error: unknown): boolean {
  return BROKEN.test(causeOf(error).message);
}

/** Whether what was to be made is there already, unseen by the connection that tried. */
export function isTaken(error: unknown): boolean {
  return causeOf(error).code === UNIQUE_VIOLATION;
}

/** Whether the same may well succeed later. */
export function isPassing(error: unknown): boolean {
  if (isBroken(error)) return true;
  const cause = causeOf(error);
  const { code } = cause;
  return PASSING.test(code) || (failureOf(cause) === UNREACHABLE && code.startsWith("E"));
}

/** @param place of the database, without its password */
export function storeError(error: unknown, place: string): unknown {
  if (error instanceof ExtravirtError) return error;
  const cause = causeOf(error);
  const { code, message } = cause;
  const failure = isBroken(error) ? UNREACHABLE : failureOf(cause);
  if (failure === undefined) return error;
  return new ExtravirtError(failure.code, `${failure.message}: ${message || code}.`, {
    place,
    remedy: failure.remedy,
    cause: error,
  });
}

function failureOf({ code, message }: Cause): Failure | undefined {
  if (code === "") return WITHOUT_CODE.find(([said]) => said.test(message))?.[1];
  // Only sockets are connected to; what is opened are certificates that the address names.
  if (code === "ENOENT" && message.includes(", open ")) return NO_TLS;
  return FAILURES[code] ?? FAILURES[code.slice(0, 3)] ?? FAILURES[code.slice(0, 2)];
}

/** Node reports several addresses of one host that all failed as one error without a message. */
function causeOf(error: unknown): Cause {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code, message } = (inner ?? {}) as { code?: unknown; message?: unknown };
  return { code: typeof code === "string" ? code : "", message: String(message ?? "").trim() };
}
