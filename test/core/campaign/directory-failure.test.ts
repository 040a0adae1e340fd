import { describe, expect, it } from "vitest";
import { directoryError } from "../../../core/campaign/directory-failure.ts";

const failure = (code: string): Error =>
  Object.assign(new Error("as the system says it"), { code });

describe("failures of a campaign's directory", () => {
  it.each([
    ["EEXIST", "XV_ERR_STORE_FOREIGN"],
    ["ENOTDIR", "XV_ERR_STORE_FOREIGN"],
    ["EACCES", "XV_ERR_STORE_DENIED"],
    ["ENOSPC", "XV_ERR_STORE_FULL"],
    ["EROFS", "XV_ERR_STORE_READ_ONLY"],
  ])("%s is told as %s, with what the system says", (code, expected) => {
    expect(directoryError(failure(code), "/results")).toMatchObject({
      code: expected,
      place: "/results",
      message: expect.stringContaining("as the system says it"),
      remedy: expect.not.stringContaining("GRANT"),
    });
  });

  it("are nothing else: defects stay as they are", () => {
    const defect = failure("EBADF");
    expect(directoryError(defect, "/results")).toBe(defect);
    expect(directoryError(undefined, "/results")).toBeUndefined();
  });
});
