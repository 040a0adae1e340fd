import { describe, expect, it } from "vitest";
import { ExtravirtError } from "../../../core/index.ts";
import { isPassing, storeError } from "../../../plugins/result-store/store-failure.ts";

const failure = (code: string, message = "as the system says it"): Error =>
  Object.assign(new Error(message), { code });

describe("failures of a database", () => {
  it.each([
    ["53100", "XV_ERR_STORE_FULL"],
    ["ENOSPC", "XV_ERR_STORE_FULL"],
    ["25006", "XV_ERR_STORE_READ_ONLY"],
    ["EROFS", "XV_ERR_STORE_READ_ONLY"],
    ["42501", "XV_ERR_STORE_DENIED"],
    ["28P01", "XV_ERR_STORE_DENIED"],
    ["EACCES", "XV_ERR_STORE_DENIED"],
    ["3D000", "XV_ERR_STORE_UNREACHABLE"],
    ["57P03", "XV_ERR_STORE_UNREACHABLE"],
    ["53300", "XV_ERR_STORE_UNREACHABLE"],
    ["ECONNREFUSED", "XV_ERR_STORE_UNREACHABLE"],
    ["ERR_INVALID_URL", "XV_ERR_STORE_UNREACHABLE"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "XV_ERR_STORE_UNREACHABLE"],
  ])("%s is told as %s, with what the system says", (code, expected) => {
    expect(storeError(failure(code), "the database")).toMatchObject({
      code: expected,
      place: "the database",
      message: expect.stringContaining("as the system says it"),
    });
  });

  it.each([
    ["SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string", "DENIED", "PGPASSWORD"],
    ["The server does not support SSL connections", "UNREACHABLE", "sslmode"],
    ["Query read timeout", "UNREACHABLE", "Start it"],
  ])("%s is understood without a code", (message, code, remedy) => {
    expect(storeError(new Error(message), "the database")).toMatchObject({
      code: `XV_ERR_STORE_${code}`,
      remedy: expect.stringContaining(remedy),
    });
  });

  it("waits for a socket that is not there yet, but for no certificate", () => {
    expect(isPassing(failure("ENOENT", "connect ENOENT /run/.s.PGSQL.5432"))).toBe(true);
    const certificate = failure("ENOENT", "ENOENT: no such file or directory, open '/ca.pem'");
    expect(isPassing(certificate)).toBe(false);
    expect(storeError(certificate, "the database")).toMatchObject({
      remedy: expect.stringContaining("sslrootcert"),
    });
  });

  it("advises no GRANT where the system refuses", () => {
    for (const code of ["EACCES", "EPERM"]) {
      expect(storeError(failure(code), "a directory")).toMatchObject({
        code: "XV_ERR_STORE_DENIED",
        remedy: expect.not.stringContaining("GRANT"),
      });
    }
  });

  it("are waited for only where they pass", () => {
    const passing = ["08006", "40001", "40P01", "53300", "57P01", "57P03", "ECONNREFUSED"];
    const lasting = [
      "53100",
      "25006",
      "42501",
      "28P01",
      "3D000",
      "23505",
      "ENOSPC",
      "EACCES",
      "EPROTO",
    ];
    lasting.push("ERR_INVALID_URL", "");
    expect(passing.filter((code) => !isPassing(failure(code)))).toEqual([]);
    expect(lasting.filter((code) => isPassing(failure(code)))).toEqual([]);
    expect(isPassing(failure("", "Connection terminated unexpectedly"))).toBe(true);
    expect(isPassing(failure("", "Query read timeout"))).toBe(true);
    expect(isPassing(new AggregateError([failure("ECONNREFUSED")]))).toBe(true);
  });

  it("leaves defects and messages that are clear already as they are", () => {
    const defect = failure("42601", "syntax error");
    const clear = new ExtravirtError("XV_ERR_STORE_BUSY", "In use.", { remedy: "Wait." });
    expect(storeError(defect, "the database")).toBe(defect);
    expect(storeError(clear, "the database")).toBe(clear);
  });
});
