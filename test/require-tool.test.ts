// The tool check must not let a missing program pass for a present one.
import { afterEach, describe, expect, it, vi } from "vitest";
import { requireTool, type RequiredTool } from "./require-tool.ts";

const PRESENT: RequiredTool = {
  name: "Node",
  command: [process.execPath, "--version"],
  debianPackage: "nodejs",
};
const MISSING: RequiredTool = {
  name: "Unobtainium",
  command: ["extravirt-no-such-program", "--version"],
  debianPackage: "unobtainium-tools",
};
const BROKEN: RequiredTool = {
  name: "Broken",
  command: [process.execPath, "-e", "process.exit(3)"],
  debianPackage: "broken-tools",
};

describe("requireTool", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("says yes to a program that runs, without a word", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(requireTool(PRESENT)).toBe(true);
    expect(warn).not.toHaveBeenCalled();
  });

  it.each(["", "0"])("says no and prints why when EXTRAVIRT_REQUIRE_ALL is %j", (value) => {
    vi.stubEnv("EXTRAVIRT_REQUIRE_ALL", value);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(requireTool(MISSING)).toBe(false);
    expect(warn).toHaveBeenCalledWith(
      "Skipping tests: Unobtainium is missing: extravirt-no-such-program was not found on PATH. " +
        "On Debian: apt-get install unobtainium-tools",
    );
  });

  it("throws with the remedy when everything is required", () => {
    vi.stubEnv("EXTRAVIRT_REQUIRE_ALL", "1");
    expect(() => requireTool(MISSING)).toThrow(/apt-get install unobtainium-tools/);
  });

  it("counts a program that fails as missing", () => {
    vi.stubEnv("EXTRAVIRT_REQUIRE_ALL", "1");
    expect(() => requireTool(BROKEN)).toThrow(/exited with 3/);
  });
});
