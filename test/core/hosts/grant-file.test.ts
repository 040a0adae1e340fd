import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readGrants, writeGrants } from "../../../core/hosts/grant-file.ts";

const folder = mkdtempSync(join(tmpdir(), "extravirt-grants-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file of grants", () => {
  it("keeps what was promised, in a directory that it makes", () => {
    const path = join(folder, "a", "state.json");
    expect(readGrants(path)).toEqual({});
    const grants = { vm: { term: 3, holder: "run", leaseMs: 2000 } };
    writeGrants(path, { other: { term: 1, holder: "x", leaseMs: 1 } });
    writeGrants(path, grants);
    expect(readGrants(path)).toEqual(grants);
  });

  it.each([
    "{",
    '{"grants":{"vm":{"term":"3"}}}',
    '{"grants":{"vm":{"term":3,"holder":"run","leaseMs":1e12}}}',
    "null",
  ])("refuses %s", (text) => {
    const path = join(folder, "damaged.json");
    writeFileSync(path, text);
    expect(() => readGrants(path)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_HOST_STATE_FILE",
        value: path,
        // No lease lasts longer.
        remedy: expect.stringContaining("ended for 11 minutes") as string,
      }),
    );
  });

  it("promises nothing that it can't keep", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeGrants(join(folder, "file", "state.json"), {})).toThrow(
      "The host's leases can't be kept",
    );
  });
});
