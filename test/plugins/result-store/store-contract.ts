// What every result store must do. Each test has a campaign of its own in the same database.
import { expect, it } from "vitest";
import type {
  CampaignRecord,
  Experiment,
  ExperimentResult,
  ResultStore,
  StoredResult,
  StoreMode,
} from "../../../core/index.ts";

export type OpenStore = (mode: StoreMode, campaign: CampaignRecord) => Promise<ResultStore>;

export const VARIANT = { name: "pair", definition: { golden: "a1b2" }, facts: { steps: 1000 } };

export function campaignNamed(name: string, seed = 1): CampaignRecord {
  return { name, definition: { config: { seed } } };
}

export function experimentsUpTo(count: number): Experiment[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    fault: {
      use: "register-bit-flip",
      at: 10 + index,
      replica: 0,
      register: "x5",
      bit: index % 64,
    },
    stratum: index % 2 === 0 ? "even" : "odd",
    weight: 1 + index / 4,
  }));
}

export function batches(count: number, size: number): Experiment[][] {
  const groups = Map.groupBy(experimentsUpTo(count), ({ index }) => Math.floor(index / size));
  return [...groups.values()];
}

export function resultOf({ index }: Experiment): ExperimentResult {
  return {
    index,
    outcome: index % 3 === 0 ? "masked" : "recovered",
    injected: `bit ${index} of x5`,
    injectedAt: 10 + index,
    struck: { hart: 0, pc: 0xffff_ffff_8000_0000n + BigInt(index), text: "addi x5, x5, 1" },
    ...(index % 3 === 0 ? {} : { detector: "ballots", latencySteps: 7 }),
    ended: "converged",
    measured: { wallMs: index * 0.5 },
  };
}

export async function collect(results: AsyncIterable<StoredResult>): Promise<StoredResult[]> {
  const all: StoredResult[] = [];
  for await (const result of results) all.push(result);
  return all;
}

async function work(store: ResultStore, variant = "pair"): Promise<void> {
  for (let batch = await store.takeBatch(variant); batch; batch = await store.takeBatch(variant)) {
    await store.complete(batch, batch.experiments.map(resultOf));
  }
}

export function assertStoreContract(open: OpenStore): void {
  it("gives out each experiment once, and keeps what became of it", async () => {
    const store = await open("begin", campaignNamed("once"));
    const experiments = experimentsUpTo(50);
    await store.plan(VARIANT, batches(50, 16));
    const sizes: number[] = [];
    for (let batch = await store.takeBatch("pair"); batch; batch = await store.takeBatch("pair")) {
      sizes.push(batch.experiments.length);
      await store.complete(batch, batch.experiments.map(resultOf));
    }
    expect(sizes.sort()).toEqual([16, 16, 16, 2]);
    expect(await collect(store.results())).toEqual(
      experiments.map((experiment) => ({ ...resultOf(experiment), variant: "pair", experiment })),
    );
    expect(await store.variants()).toEqual([VARIANT]);
    await store.finishPlan();
    expect(await store.progress()).toEqual({ planned: 50, done: 50, isPlanned: true });
    await store.plan(VARIANT, []);
    expect(await store.progress()).toEqual({ planned: 50, done: 50, isPlanned: false });
    await store.close();
  });

  it("goes on where it was left, and plans nothing twice", async () => {
    const campaign = campaignNamed("resumed");
    const first = await open("begin", campaign);
    await first.plan(VARIANT, batches(20, 8));
    const batch = (await first.takeBatch("pair"))!;
    await first.complete(batch, batch.experiments.map(resultOf));
    await first.takeBatch("pair");
    await first.close();

    const second = await open("begin", campaign);
    await second.plan(VARIANT, batches(30, 8));
    expect(await second.progress()).toEqual({ planned: 30, done: 8, isPlanned: false });
    await work(second);
    expect(await second.progress()).toEqual({ planned: 30, done: 30, isPlanned: false });
    const indexes = (await collect(second.results("pair"))).map(({ index }) => index);
    expect(indexes).toEqual(experimentsUpTo(30).map(({ index }) => index));
    await second.close();
  });

  it("keeps variants apart, in the order of the plan", async () => {
    const store = await open("begin", campaignNamed("variants"));
    await store.plan({ ...VARIANT, name: "single" }, batches(3, 2));
    await store.plan(VARIANT, batches(2, 2));
    await work(store, "single");
    await work(store);
    const all = await collect(store.results());
    expect(all.map(({ variant, index }) => `${variant}/${index}`)).toEqual([
      "single/0",
      "single/1",
      "single/2",
      "pair/0",
      "pair/1",
    ]);
    expect((await collect(store.results("pair"))).length).toBe(2);
    await store.close();
  });

  it("counts nothing twice when a batch comes back twice", async () => {
    const store = await open("begin", campaignNamed("twice"));
    await store.plan(VARIANT, batches(4, 4));
    const batch = (await store.takeBatch("pair"))!;
    const results = batch.experiments.map(resultOf);
    await store.complete(batch, results);
    await store.complete(
      batch,
      results.map((result) => ({ ...result, measured: { wallMs: 99 } })),
    );
    expect(await store.progress()).toMatchObject({ planned: 4, done: 4 });
    expect((await collect(store.results()))[1]?.measured).toEqual({ wallMs: 0.5 });
    await store.close();
  });

  it("refuses another result of the same experiment, and keeps the first", async () => {
    const store = await open("begin", campaignNamed("differ"));
    await store.plan(VARIANT, batches(4, 2));
    const [one, two] = [(await store.takeBatch("pair"))!, (await store.takeBatch("pair"))!];
    await store.complete(one, one.experiments.map(resultOf));
    const wrong = [
      { ...resultOf(one.experiments[0]!), outcome: "crash" as const },
      resultOf(two.experiments[0]!),
    ];
    await expect(store.complete(one, wrong)).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_RESULTS_DIFFER",
      value: `pair/${one.experiments[0]!.index}`,
    });
    expect(await store.progress()).toMatchObject({ done: 2 });
    expect((await collect(store.results())).map(({ outcome }) => outcome)).not.toContain("crash");
    await store.close();
  });

  it("takes a batch back at once", async () => {
    const store = await open("begin", campaignNamed("released"));
    await store.plan(VARIANT, batches(4, 4));
    const batch = (await store.takeBatch("pair"))!;
    expect(await store.takeBatch("pair")).toBeUndefined();
    await store.release(batch);
    const again = (await store.takeBatch("pair"))!;
    expect(again.experiments).toEqual(batch.experiments);
    await store.close();
  });

  it("finds one experiment, with and without its result", async () => {
    const store = await open("begin", campaignNamed("found"));
    await store.plan(VARIANT, batches(4, 1));
    const batch = (await store.takeBatch("pair"))!;
    await store.complete(batch, batch.experiments.map(resultOf));
    const [done] = batch.experiments;
    expect(await store.experiment("pair", done!.index)).toEqual({
      experiment: done,
      result: resultOf(done!),
    });
    expect(await store.experiment("pair", 3 - done!.index)).toEqual({
      experiment: experimentsUpTo(4)[3 - done!.index],
    });
    expect(await store.experiment("pair", 4)).toBeUndefined();
    expect(await store.experiment("single", 0)).toBeUndefined();
    await store.close();
  });

  it("says what changed when the definition is another one, and changes nothing", async () => {
    const first = await open("begin", campaignNamed("changed", 1));
    await first.plan(VARIANT, batches(2, 2));
    await work(first);
    await first.close();
    for (const mode of ["begin", "join"] as const) {
      await expect(open(mode, campaignNamed("changed", 2))).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_CHANGED",
        message: expect.stringContaining("config.seed: 1 before, 2 now"),
      });
    }
    const reader = await open("read", campaignNamed("changed", 2));
    expect(reader.campaign).toEqual(campaignNamed("changed", 1));
    expect((await collect(reader.results())).length).toBe(2);
    await reader.close();
  });

  it("takes another definition as long as nothing is planned", async () => {
    const first = await open("begin", campaignNamed("empty"));
    await first.close();
    const corrected = await open("begin", campaignNamed("empty", 2));
    expect(corrected.campaign).toEqual(campaignNamed("empty", 2));
    await corrected.plan(VARIANT, batches(2, 2));
    await corrected.close();
    await expect(open("begin", campaignNamed("empty", 3))).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_CHANGED",
    });
  });

  it("forgets results when the campaign begins anew", async () => {
    const first = await open("begin", campaignNamed("anew", 1));
    await first.plan(VARIANT, batches(2, 2));
    await work(first);
    await first.close();
    const second = await open("begin-anew", campaignNamed("anew", 2));
    expect(await second.progress()).toEqual({ planned: 0, done: 0, isPlanned: false });
    await second.plan(VARIANT, batches(2, 2));
    expect((await second.takeBatch("pair"))?.experiments.length).toBe(2);
    await second.close();
  });

  it("refuses a variant whose run without faults is another one", async () => {
    const store = await open("begin", campaignNamed("golden"));
    await store.plan(VARIANT, batches(2, 2));
    await expect(
      store.plan({ ...VARIANT, definition: { golden: "c3d4" } }, batches(4, 2)),
    ).rejects.toMatchObject({
      code: "XV_ERR_CAMPAIGN_CHANGED",
      message: expect.stringContaining(`golden: "a1b2" before`),
    });
    expect(await store.progress()).toMatchObject({ planned: 2 });
    await store.close();
  });

  it("finds no campaign that nobody began", async () => {
    for (const mode of ["join", "read"] as const) {
      await expect(open(mode, campaignNamed("never"))).rejects.toMatchObject({
        code: "XV_ERR_CAMPAIGN_UNKNOWN",
      });
    }
  });
}
