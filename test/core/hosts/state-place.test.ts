import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { writeGrants } from "../../../core/hosts/grant-file.ts";
import { parseAddress } from "../../../core/hosts/host-address.ts";
import {
  defaultStatePlace,
  readAllGrants,
  type StatePlace,
} from "../../../core/hosts/state-place.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "extravirt-state-"));
  vi.stubEnv("XDG_STATE_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const placeOf = (listen: string): Promise<StatePlace> =>
  defaultStatePlace(parseAddress(listen, "--listen"));

const grant = (term: number, holder: string) => ({ vm: { term, holder, leaseMs: 2000 } });

describe("the default place of a host's promises", () => {
  it.each([
    ["127.0.0.1:7070", "127.0.0.1:07070"],
    ["127.0.0.1:7070", "[::ffff:127.0.0.1]:7070"],
    ["127.0.0.1:7070", "[::FFFF:7f00:1]:7070"],
    ["[::1]:7070", "[0:0:0:0:0:0:0:1]:7070"],
    ["[2001:db8::7]:7070", "[2001:DB8:0::7]:7070"],
    ["0.0.0.0:7070", "[::]:7070"],
  ])("is one place for %s and %s", async (one, other) => {
    expect(await placeOf(one)).toEqual(await placeOf(other));
  });

  it("is one place for a name and its address", async () => {
    const named = await placeOf("localhost:7070");
    const addresses = await Promise.all([placeOf("127.0.0.1:7070"), placeOf("[::1]:7070")]);
    expect(addresses).toContainEqual(named);
  });

  it("is another place for another address or port", async () => {
    const addresses = ["127.0.0.1:7070", "127.0.0.2:7070", "127.0.0.1:7071", "[::]:7070"];
    const places = await Promise.all(addresses.map(placeOf));
    expect(new Set(places.map(({ path }) => path)).size).toBe(4);
    expect(basename(places[0]!.path)).toBe("host-7070-127.0.0.1.json");
  });

  it("has what was promised at all addresses, and there what was promised at one", async () => {
    const [one, another, other] = await Promise.all([
      placeOf("127.0.0.1:7070"),
      placeOf("127.0.0.2:7070"),
      placeOf("127.0.0.1:7071"),
    ]);
    writeGrants(one.path, grant(3, "a"));
    writeGrants(other.path, grant(9, "z"));
    expect(readAllGrants(await placeOf("0.0.0.0:7070"))).toEqual(grant(3, "a"));
    expect(readAllGrants(another)).toEqual({});
    writeGrants((await placeOf("[::]:7070")).path, { ...grant(4, "b") });
    expect(readAllGrants(one)).toEqual(grant(4, "b"));
    expect(readAllGrants(another)).toEqual(grant(4, "b"));
    expect(readAllGrants(await placeOf("0.0.0.0:7070"))).toEqual(grant(4, "b"));
    writeGrants(one.path, grant(5, "c"));
    expect(readAllGrants(await placeOf("0.0.0.0:7070"))).toEqual(grant(5, "c"));
  });

  it("is none where any free port is listened at", async () => {
    await expect(placeOf("127.0.0.1:0")).rejects.toMatchObject({
      code: "XV_ERR_HOST_STATE_FILE",
      place: "--state",
    });
  });
});
