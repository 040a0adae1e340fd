// Files that disks of this process have open: several may read one, but a writer is alone.
import { ExtravirtError } from "../../../core/index.ts";

interface Claim {
  readonly isWriter: boolean;
}

interface FileUse extends Claim {
  /** The disk's option that names the file. */
  readonly option: "path" | "overlay";
  readonly path: string;
}

const claims = new Map<string, Claim[]>();

/**
 * @param identity device and inode, so that two names of one file are one file
 * @returns a function that gives the file back
 * @throws XV_ERR_DISK_IN_USE
 */
export function claimFile(identity: string, { option, path, isWriter }: FileUse): () => void {
  const holders = claims.get(identity) ?? [];
  if (holders.some((holder) => isWriter || holder.isWriter)) {
    throw new ExtravirtError(
      "XV_ERR_DISK_IN_USE",
      "another disk of this run already uses the file",
      {
        place: option,
        value: path,
        remedy:
          "Give each writable disk a file of its own, or share one with readOnly or an overlay each.",
      },
    );
  }
  const claim: Claim = { isWriter };
  claims.set(identity, [...holders, claim]);
  return () => {
    const left = (claims.get(identity) ?? []).filter((other) => other !== claim);
    if (left.length > 0) claims.set(identity, left);
    else claims.delete(identity);
  };
}
