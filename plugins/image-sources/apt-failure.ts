// Turns what apt prints when it fails into an error that says what to do.
import { ExtravirtError } from "../../core/index.ts";
import type { CommandResult } from "./run-command.ts";
import { PROGRAM_NOT_FOUND } from "./run-command.ts";

export interface AptRequest {
  readonly mirror: string;
  readonly suite: string;
  readonly signedBy: string;
}

/** The error for a failed apt command; the order of the cases goes from specific to general. */
export function describeAptFailure(result: CommandResult, request: AptRequest): ExtravirtError {
  const { stderr } = result;
  const place = `${request.mirror} ${request.suite}`;
  const value = firstComplaint(stderr);
  if (result.status === PROGRAM_NOT_FOUND) {
    return new ExtravirtError("XV_ERR_IMAGE_NO_APT", "apt is not installed on this machine.", {
      place,
      value,
      remedy:
        "Run this on Debian or a derivative, or copy a filled cache folder here, or name your own kernel and initramfs in the config.",
    });
  }
  if (/NO_PUBKEY|not signed|signatures? (were|was|couldn't)|EXPKEYSIG|BADSIG/i.test(stderr)) {
    return new ExtravirtError(
      "XV_ERR_IMAGE_BAD_SIGNATURE",
      `The keys in ${keyringName(request.signedBy)} do not vouch for suite "${request.suite}".`,
      {
        place,
        value,
        remedy:
          "Update the package debian-archive-keyring, or set the option `keyring` to a file with the keys of this suite.",
      },
    );
  }
  if (/unexpected size|Hash Sum mismatch|Mirror sync in progress|\/pool\/\S+\s+404/i.test(stderr)) {
    return new ExtravirtError(
      "XV_ERR_IMAGE_MIRROR_INCONSISTENT",
      `The mirror's files of suite "${request.suite}" differ from the signed list of their hashes, so they are not used.`,
      {
        place,
        value,
        remedy:
          "Try again when the mirror has finished updating, or set the option `mirror` or `suite` to another one.",
      },
    );
  }
  if (/does not have a Release file|404 +Not Found/i.test(stderr)) {
    return new ExtravirtError(
      "XV_ERR_IMAGE_NO_SUITE",
      `The mirror has no suite "${request.suite}" for riscv64.`,
      { place, value, remedy: "Set the option `suite` to one that has riscv64: trixie or later." },
    );
  }
  if (
    /Could not (resolve|connect)|Temporary failure|timed out|unreachable|Cannot initiate/i.test(
      stderr,
    )
  ) {
    return new ExtravirtError("XV_ERR_IMAGE_NO_NETWORK", "The Debian mirror can't be reached.", {
      place,
      value,
      remedy:
        "Check the network and apt's proxy settings, or set the option `mirror`. Once fetched, images are used offline.",
    });
  }
  return new ExtravirtError("XV_ERR_IMAGE_APT_FAILED", `apt failed with status ${result.status}.`, {
    place,
    value,
    remedy: "Mend what apt complains about, then run this again; finished downloads are kept.",
  });
}

/** First error line of apt, else its last line. */
function firstComplaint(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.find((line) => line.startsWith("E:")) ?? lines.findLast((line) => line !== "") ?? "";
}

function keyringName(signedBy: string): string {
  return signedBy.includes("BEGIN PGP") ? "the machine's apt source" : signedBy;
}
