import { describe, expect, it } from "vitest";
import { loadVariants, type LoadedVariant } from "../../../core/campaign/variants.ts";
import { loadConfigObject } from "../../../core/config/load-config.ts";

const BASE = {
  plugins: [new URL("./memory-store-plugin.ts", import.meta.url).href],
  machine: { boot: { use: "elf", program: "guests/bin/integer.elf" }, ram: "16 MiB" },
  replication: { use: "pair", epochSteps: 200_000 },
  checkpoint: { use: "periodic", everyEpochs: 7 },
};

const variantsOf = (campaign: object | undefined): Promise<readonly LoadedVariant[]> =>
  loadVariants((over) =>
    loadConfigObject(
      { ...BASE, ...(campaign !== undefined && { campaign: { store: "memory", ...campaign } }) },
      over === undefined ? {} : { over },
    ),
  );

describe("loadVariants", { timeout: 60_000 }, () => {
  it("combines every value of the matrix with every other, the last option fastest", async () => {
    const variants = await variantsOf({
      matrix: {
        memorySharing: ["private", "merge-verified"],
        checkpoint: ["never", { everyEpochs: 9 }, { use: "dirty-pages", pages: 50 }],
        voting: ["majority"],
        "replication.epochSteps": [100_000, 300_000],
      },
    });
    expect(variants.length).toBe(12);
    expect(variants[0]?.name).toBe("private+never+epoch-steps-100000");
    expect(variants[1]?.name).toBe("private+never+epoch-steps-300000");
    expect(variants[11]?.name).toBe("merge-verified+dirty-pages+epoch-steps-300000");
    const { config } = variants[3]!.loaded;
    expect(config.checkpoint).toMatchObject({ use: "periodic", everyEpochs: 9 });
    expect(config.replication).toMatchObject({ use: "pair", epochSteps: 300_000 });
    expect(config.memorySharing.use).toBe("private");
    expect(variants[3]?.differences).toEqual([
      'memorySharing: "private"',
      "checkpoint.everyEpochs: 9",
      'voting: "majority"',
      "replication.epochSteps: 300000",
    ]);
  });

  it("appends those that are listed, each over the config as it stands", async () => {
    const variants = await variantsOf({
      matrix: { recovery: ["rollback"] },
      variants: [
        { name: "solo", replication: "solo", checkpoint: "never", recovery: "fail-stop" },
        { name: "short-epochs", replication: { epochSteps: 50_000 } },
      ],
    });
    expect(variants.map(({ name }) => name)).toEqual(["rollback", "solo", "short-epochs"]);
    expect(variants[1]?.loaded.config.replication.use).toBe("solo");
    expect(variants[2]?.loaded.config.replication).toMatchObject({
      use: "pair",
      epochSteps: 50_000,
    });
    expect(variants[2]?.loaded.config.recovery.use).toBe("third-replica");
  });

  it("is the config itself where nothing varies", async () => {
    for (const campaign of [undefined, { seed: 4 }]) {
      const variants = await variantsOf(campaign);
      expect(variants.map(({ name }) => name)).toEqual(["base"]);
      expect(variants[0]?.loaded.config.checkpoint).toMatchObject({ everyEpochs: 7 });
    }
  });

  it.each([
    [{ matrix: { chekpoint: ["never"] } }, /variant never: chekpoint/],
    [{ matrix: { checkpoint: ["never", "sometimes"] } }, /variant sometimes: checkpoint/],
    [{ variants: [{ name: "bad", recovery: "failover" }] }, /variant bad: recovery/],
  ])(
    "gives a variant that is wrong the config's own error, and names it: %j",
    async (campaign, place) => {
      await expect(variantsOf(campaign)).rejects.toMatchObject({
        place: expect.stringMatching(place) as string,
      });
    },
  );

  it.each([
    [{ matrix: { checkpoint: ["never", { use: "never" }] } }, /^never/],
    [{ matrix: { checkpoint: ["never"] }, variants: [{ name: "never" }] }, /^never/],
    [{ matrix: { "campaign.seed": [1, 2] } }, /campaign/],
    [{ variants: [{ name: "a", plugins: [] }] }, /plugins/],
    [{ matrix: { "checkpoint..everySteps": [1] } }, /checkpoint\.\./],
    [
      {
        matrix: { "replication.epochSteps": Array.from({ length: 300 }, (_, i) => 1000 + i) },
      },
      /300 combinations/,
    ],
  ])("refuses variants that cannot be told apart or are none: %j", async (campaign, value) => {
    await expect(variantsOf(campaign)).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_VARIANT",
      value: expect.stringMatching(value) as string,
    });
  });
});
