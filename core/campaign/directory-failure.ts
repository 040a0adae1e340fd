// What the file system complains of in a campaign's directory, in words for the user.
import type { ErrorCode } from "../api/extravirt-error.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";

interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

const NO_DIRECTORY: Failure = {
  code: "XV_ERR_STORE_FOREIGN",
  message: "The campaign's directory is a file, or below one",
  remedy: "Name another directory (campaign.directory); nothing was changed.",
};
const DENIED: Failure = {
  code: "XV_ERR_STORE_DENIED",
  message: "The campaign's directory does not permit this user to keep results",
  remedy:
    "Check owner and permissions of the directory and of those above it, or name another one (campaign.directory).",
};
const FULL: Failure = {
  code: "XV_ERR_STORE_FULL",
  message: "The campaign's directory has no space left",
  remedy: "Make space; results kept so far stay, and the same command resumes.",
};

const FAILURES: Readonly<Record<string, Failure>> = {
  EEXIST: NO_DIRECTORY,
  ENOTDIR: NO_DIRECTORY,
  EACCES: DENIED,
  EPERM: DENIED,
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: {
    code: "XV_ERR_STORE_READ_ONLY",
    message: "The campaign's directory can only be read",
    remedy: "Name a directory that can be written to (campaign.directory).",
  },
};

/** @returns the error itself where it is something else */
export function directoryError(error: unknown, directory: string): unknown {
  if (error instanceof ExtravirtError) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const failure = typeof code === "string" ? FAILURES[code] : undefined;
  if (failure === undefined) return error;
  return new ExtravirtError(failure.code, `${failure.message}: ${String(message)}.`, {
    place: directory,
    remedy: failure.remedy,
    cause: error,
  });
}
