import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadComparedVariants } from "../../../core/campaign/compared-variants.ts";

const PROGRAM = resolve("guests/bin/small.elf");
const base = { campaign: {} };
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "extravirt-compared-"));
  const machine = { boot: { use: "elf", program: PROGRAM } };
  const write = (name: string, config: object): void =>
    writeFileSync(join(cwd, name), JSON.stringify({ machine, ...config }));
  write("one.json", { campaign: { seed: 7, experiments: 11 } });
  write("two.json", {
    campaign: {
      seed: 8,
      matrix: { voting: ["majority"], memorySharing: ["private", "content-hash"] },
    },
  });
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("loadComparedVariants", { timeout: 60_000 }, () => {
  it("has the first config's campaign hold for all, and each config's own variants", async () => {
    const variants = await loadComparedVariants(["one.json", "two.json"], { cwd, base });
    expect(variants.map(({ name }) => name)).toEqual(["one", "two.private", "two.content-hash"]);
    for (const { loaded } of variants) {
      expect(loaded.config.campaign).toMatchObject({
        seed: 7,
        experiments: 11,
        directory: join(cwd, "one.campaign"),
      });
    }
    expect(variants[2]?.loaded.config.memorySharing.use).toBe("content-hash");
  });

  it("leaves the names of one config's variants alone", async () => {
    const variants = await loadComparedVariants(["two.json"], { cwd, base });
    expect(variants.map(({ name }) => name)).toEqual(["private", "content-hash"]);
  });

  it("refuses one config twice", async () => {
    await expect(
      loadComparedVariants(["one.json", "one.json"], { cwd, base }),
    ).rejects.toMatchObject({ code: "XV_ERR_CAMPAIGN_VARIANT", value: "one" });
  });
});
