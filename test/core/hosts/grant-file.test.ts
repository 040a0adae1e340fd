import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lockGrants, readGrants, writeGrants } from "../../../core/hosts/grant-file.ts";

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

  it("belongs to one host at a time, and leaves no lock behind", () => {
    const path = join(folder, "b", "state.json");
    const unlock = lockGrants(path, "--state");
    expect(() => lockGrants(path, "--state")).toThrow(
      expect.objectContaining({
        code: "XV_ERR_HOST_STATE_FILE",
        message: `The file is in use by process ${process.pid} on ${hostname()}.`,
        place: "--state",
        value: path,
        remedy: expect.stringContaining(`${path}.lock may be deleted`) as string,
      }),
    );
    expect(() => lockGrants(path, "--listen")).toThrow(
      expect.objectContaining({ place: "--listen" }),
    );
    unlock();
    lockGrants(path, "--state")();
    expect(readdirSync(join(folder, "b"))).toEqual([]);
  });

  it("can't be had in a directory that can't be made", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => lockGrants(join(folder, "file", "state.json"), "--state")).toThrow(
      "The host's leases can't be kept",
    );
  });

  it("promises nothing that it can't keep", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeGrants(join(folder, "file", "state.json"), {})).toThrow(
      "The host's leases can't be kept",
    );
  });
});
