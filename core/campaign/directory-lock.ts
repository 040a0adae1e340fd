// One process at a time has a directory: an embedded database that two processes write to is lost.
import { join } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { lockExclusively } from "../exclusive-lock.ts";

export function lockPath(directory: string): string {
  return join(directory, "lock");
}

/**
 * @returns what gives the directory back
 * @throws XV_ERR_STORE_BUSY
 */
export function lockDirectory(directory: string): () => void {
  const path = lockPath(directory);
  return lockExclusively(
    path,
    (holder) =>
      new ExtravirtError("XV_ERR_STORE_BUSY", `The directory is in use by ${holder}.`, {
        place: directory,
        remedy: `Wait for it or end it; when it is gone, delete ${path}. Several processes share a campaign in PostgreSQL (store: postgres).`,
      }),
  );
}
