import { describe, expect, it } from "vitest";
import { errorObject, errorText, reportError } from "../../../core/cli/report-error.ts";
import type { CliIo } from "../../../core/cli/cli-io.ts";
import { ConfigError } from "../../../core/config/config-error.ts";
import { ExtravirtError } from "../../../core/index.ts";

const PROBLEM = new ExtravirtError("XV_ERR_CONFIG_VALUE", "harts can't be 0.", {
  place: "a.yaml: machine.harts",
  value: "0",
  remedy: "Write 1.",
});

describe("errors on the command line", () => {
  it("tell message, place, value, remedy and code, without a stack trace", () => {
    expect(errorText(PROBLEM)).toBe(
      [
        "extravirt: harts can't be 0.",
        "  where:  a.yaml: machine.harts",
        "  value:  0",
        "  remedy: Write 1.",
        "  code:   XV_ERR_CONFIG_VALUE (docs/errors.md)",
        "",
      ].join("\n"),
    );
  });

  it("list all problems of a config", () => {
    const text = errorText(new ConfigError("a.yaml", [PROBLEM, PROBLEM]));
    expect(text).toContain("extravirt: 2 problems in a.yaml\n- harts can't be 0.\n");
    expect(text.match(/remedy: Write 1\./g)).toHaveLength(2);
  });

  it("show the stack of defects, for the report", () => {
    const text = errorText(new TypeError("oops"));
    expect(text).toContain("internal error, please report it");
    expect(text).toContain("TypeError: oops\n    at ");
  });

  it("are one object for machines", () => {
    expect(errorObject(new ConfigError("a.yaml", [PROBLEM]))).toMatchObject({
      type: "error",
      code: "XV_ERR_CONFIG_INVALID",
      problems: [{ code: "XV_ERR_CONFIG_VALUE", value: "0" }],
    });
    expect(errorObject("oops")).toEqual({
      type: "error",
      code: "XV_ERR_INTERNAL",
      message: "oops",
    });
  });

  it("end with 2 for what the user can mend and 1 for the rest", () => {
    const codes: number[] = [];
    const io: CliIo = {
      cwd: "/",
      isOutTerminal: false,
      isErrTerminal: false,
      out: () => {},
      err: () => {},
      exitWith: (code) => void codes.push(code),
    };
    reportError(PROBLEM, io, false);
    reportError(new Error("oops"), io, true);
    expect(codes).toEqual([2, 1]);
  });
});
