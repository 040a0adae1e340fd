// A campaign that only ever finds faults masked or recovered might not look. Without replication the same harness sees
// outputs go wrong, guests that fail and guests that hang.
import { describe, expect, it } from "vitest";
import { FAILURES, type Outcome } from "../../core/index.ts";
import type { CampaignOutcome } from "../../core/campaign/run-campaign.ts";
import { runBundled } from "./campaigns/bundled-campaign.ts";

const EXPERIMENTS = 200;

const runWith = (slots: object, workers: number): Promise<CampaignOutcome> =>
  runBundled({
    guest: "small",
    slots: { ...slots },
    campaign: { experiments: EXPERIMENTS, workers },
  });

const countOf = ({ results }: CampaignOutcome, ...outcomes: readonly Outcome[]): number =>
  results.filter(({ outcome }) => outcomes.includes(outcome)).length;

describe("a campaign on a machine alone", { timeout: 600_000 }, () => {
  const alone = {
    replication: { use: "solo", epochSteps: 100_000 },
    checkpoint: "never",
    recovery: "fail-stop",
  };

  it("shows silent corruption, crashes and hangs, the same with any number of workers", async () => {
    const one = await runWith(alone, 1);
    const three = await runWith(alone, 3);
    expect(countOf(one, "silent-corruption") / EXPERIMENTS).toBeGreaterThan(0.1);
    expect(countOf(one, "masked") / EXPERIMENTS).toBeGreaterThan(0.2);
    expect(countOf(one, "crash")).toBeGreaterThan(0);
    expect(countOf(one, "hang")).toBeGreaterThan(0);
    expect(countOf(one, "recovered", "stopped", "recovered-wrong")).toBe(0);
    const facts = ({ results }: CampaignOutcome): unknown =>
      results.map(({ measured: _measured, ...result }) => result);
    expect(facts(three)).toEqual(facts(one));
  });

  it("shows none of them where replicas are compared", async () => {
    const pair = await runWith({ replication: { use: "pair", epochSteps: 100_000 } }, 2);
    expect(countOf(pair, ...FAILURES)).toBe(0);
    expect(countOf(pair, "recovered") / EXPERIMENTS).toBeGreaterThan(0.3);
  });
});
