import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pglite } from "../../../plugins/result-store/pglite.ts";
import { assertStoreContract, campaignNamed } from "./store-contract.ts";

const home = mkdtempSync(join(tmpdir(), "extravirt-pglite-"));
afterAll(() => rmSync(home, { recursive: true }));

const open = (directory: string) => pglite.open({}, requestFor(directory));
const requestFor = (directory: string) => ({
  mode: "begin" as const,
  campaign: campaignNamed("own"),
  directory: join(home, directory),
});

describe("results in PGlite", { timeout: 120_000 }, () => {
  assertStoreContract((mode, campaign) =>
    pglite.open({}, { mode, campaign, directory: join(home, campaign.name) }),
  );

  it("is one process's at a time, until it closes", async () => {
    const store = await open("once");
    await expect(open("once")).rejects.toMatchObject({
      code: "XV_ERR_STORE_BUSY",
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await store.close();
    await (await open("once")).close();
  });

  it("goes along with its directory, whatever that is called", async () => {
    cpSync(join(home, "once"), join(home, "copy"), { recursive: true });
    const campaign = campaignNamed("copy");
    const directory = join(home, "copy");
    for (const mode of ["read", "begin"] as const) {
      const store = await pglite.open({}, { mode, campaign, directory });
      expect(store.campaign.name).toBe("copy");
      expect(await store.progress()).toMatchObject({ planned: 50, done: 50 });
      await store.close();
    }
    const anew = await pglite.open({}, { mode: "begin-anew", campaign, directory });
    expect(await anew.progress()).toMatchObject({ planned: 0, done: 0 });
    await anew.close();
  });

  it("takes a directory over from a process that was killed, with a store half made", async () => {
    mkdirSync(join(home, "killed/results.new"), { recursive: true });
    const dead = spawnSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" });
    const holder = { host: hostname(), pid: Number(dead.stdout), started: "1" };
    writeFileSync(join(home, "killed/lock"), JSON.stringify(holder));
    writeFileSync(join(home, "killed/results.new/half"), "");
    await (await open("killed")).close();
    expect(readdirSync(join(home, "killed"))).toEqual(["results"]);
  });

  it("refuses a directory of another version or with other things in it, and changes neither", async () => {
    cpSync(join(home, "once"), join(home, "old"), { recursive: true });
    writeFileSync(join(home, "old/results/PG_VERSION"), "17\n");
    await expect(open("old")).rejects.toMatchObject({
      code: "XV_ERR_STORE_VERSION",
      value: "17",
    });
    expect(readFileSync(join(home, "old/results/PG_VERSION"), "utf8")).toBe("17\n");

    mkdirSync(join(home, "foreign/results"), { recursive: true });
    await expect(open("foreign")).rejects.toMatchObject({ code: "XV_ERR_STORE_FOREIGN" });
  });

  it("says that the directory is a file, or below one", async () => {
    writeFileSync(join(home, "file"), "");
    for (const directory of ["file", "file/below"]) {
      await expect(open(directory)).rejects.toMatchObject({
        code: "XV_ERR_STORE_FOREIGN",
        place: join(home, directory),
      });
    }
  });

  it("makes no directory where a campaign is only read", async () => {
    await expect(pglite.open({}, { ...requestFor("nothing"), mode: "read" })).rejects.toMatchObject(
      { code: "XV_ERR_CAMPAIGN_UNKNOWN" },
    );
  });
});
