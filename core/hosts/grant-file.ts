// Promises of a host that have to outlive its process: a small file of JSON, replaced as a whole and forced to the disk
// before a promise is given.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { lockExclusively } from "../exclusive-lock.ts";
import type { KeptGrant } from "../lease/lease-grants.ts";
import { CLOCK_DRIFT, isLeaseMs, MAX_LEASE_MS } from "../lease/lease-terms.ts";

/** After that no promise binds anybody. */
const WAIT_MINUTES = Math.ceil((MAX_LEASE_MS * (1 + CLOCK_DRIFT)) / 60_000);

export type KeptGrants = Readonly<Record<string, KeptGrant>>;

/**
 * Two hosts that keep their promises in one file would each forget the other's.
 * @param wrote what the user wrote to mean this file
 * @returns what gives the file back
 * @throws XV_ERR_HOST_STATE_FILE
 */
export function lockGrants(path: string, wrote: "--state" | "--listen"): () => void {
  const lock = `${path}.lock`;
  const other =
    wrote === "--state" ? "another file: each host has its own" : "another port, or --state FILE";
  try {
    mkdirSync(dirname(path), { recursive: true });
    return lockExclusively(
      lock,
      (holder) =>
        new ExtravirtError("XV_ERR_HOST_STATE_FILE", `The file is in use by ${holder}.`, {
          place: wrote,
          value: path,
          remedy: `End that process, or name ${other}. A lock that a machine left behind which is gone counts for a minute; ${lock} may be deleted before.`,
        }),
    );
  } catch (cause) {
    if (cause instanceof ExtravirtError) throw cause;
    throw stateError(path, (cause as Error).message, cause);
  }
}

/** What is there; nothing where no file is. @throws XV_ERR_HOST_STATE_FILE */
export function readGrants(path: string): KeptGrants {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw stateError(path, (cause as Error).message, cause);
  }
  try {
    const grants = (JSON.parse(text) as { readonly grants: KeptGrants }).grants;
    for (const grant of Object.values(grants)) check(grant);
    return grants;
  } catch (cause) {
    throw stateError(path, "it is not as it was written", cause);
  }
}

/** @throws XV_ERR_HOST_STATE_FILE: then nothing may be promised */
export function writeGrants(path: string, grants: KeptGrants): void {
  const next = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(next, "w", 0o600);
    writeSync(file, `${JSON.stringify({ grants }, undefined, 2)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(next, path);
    const directory = openSync(dirname(path), "r");
    fsyncSync(directory);
    closeSync(directory);
  } catch (cause) {
    throw stateError(path, (cause as Error).message, cause);
  }
}

function check({ term, holder, leaseMs }: KeptGrant): void {
  if (!Number.isSafeInteger(term) || typeof holder !== "string" || !isLeaseMs(leaseMs)) {
    throw new TypeError("no grant");
  }
}

function stateError(path: string, why: string, cause: unknown): ExtravirtError {
  return new ExtravirtError("XV_ERR_HOST_STATE_FILE", `The host's leases can't be kept: ${why}.`, {
    place: "--state",
    value: path,
    remedy: `Name a file in a directory that can be written, on a disk of this machine (with hard links). A damaged file may be deleted once all coordinators of its virtual machines have been ended for ${WAIT_MINUTES} minutes: a lease may last that long.`,
    cause,
  });
}
