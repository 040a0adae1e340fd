import { describe, expect, it } from "vitest";
import { describeAptFailure } from "../../../plugins/image-sources/apt-failure.ts";

const request = { mirror: "http://mirror.example/debian", suite: "trixie", signedBy: "/keys.gpg" };

function failure(stderr: string, status = 100): ReturnType<typeof describeAptFailure> {
  return describeAptFailure({ status, stdout: Buffer.alloc(0), stderr }, request);
}

describe("what apt complains about becomes an error with a remedy", () => {
  it.each([
    [
      "E: The following signatures couldn't be verified: NO_PUBKEY 6ED0E7B82643E131",
      "XV_ERR_IMAGE_BAD_SIGNATURE",
      /keyring/,
    ],
    [
      "E: The repository 'x' is not signed.",
      "XV_ERR_IMAGE_BAD_SIGNATURE",
      /debian-archive-keyring/,
    ],
    [
      "E: Failed to fetch x  File has unexpected size (1 != 2). Mirror sync in progress?",
      "XV_ERR_IMAGE_MIRROR_INCONSISTENT",
      /again/,
    ],
    ["E: Failed to fetch x  Hash Sum mismatch", "XV_ERR_IMAGE_MIRROR_INCONSISTENT", /mirror/],
    [
      "E: Failed to fetch http://m/pool/main/l/a.deb  404  Not Found",
      "XV_ERR_IMAGE_MIRROR_INCONSISTENT",
      /again/,
    ],
    ["E: The repository 'x' does not have a Release file.", "XV_ERR_IMAGE_NO_SUITE", /suite/],
    [
      "W: x\nE: Failed to fetch x  Temporary failure resolving 'm'",
      "XV_ERR_IMAGE_NO_NETWORK",
      /offline/,
    ],
    ["E: You don't have enough free space", "XV_ERR_IMAGE_APT_FAILED", /apt complains/],
  ])("%s", (stderr, code, remedy) => {
    const error = failure(stderr);
    expect(error.code).toBe(code);
    expect(error.remedy).toMatch(remedy);
    expect(error.place).toBe("http://mirror.example/debian trixie");
    expect(error.value).toMatch(/^E: /);
  });

  it("says so when apt is not installed", () => {
    expect(failure("apt-get: not found", 127).code).toBe("XV_ERR_IMAGE_NO_APT");
  });
});
