import { describe, expect, it } from "vitest";
import { CampaignProgressLine } from "../../../core/cli/campaign-progress.ts";

const CLEAR = "\r\u001B[K";

function line(isTerminal: boolean) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const progress = new CampaignProgressLine(
    isTerminal,
    (text) => written.push(text),
    () => clock.ms,
  );
  return { written, clock, progress };
}

describe("the progress of a campaign", () => {
  it("is one line on a terminal, with rate and time left", () => {
    const { written, clock, progress } = line(true);
    progress.show(1000, 5000);
    clock.ms = 2000;
    progress.show(1400, 5000);
    progress.print("extravirt: a word\n");
    progress.clear();
    expect(written).toEqual([
      `${CLEAR}1,000 of 5,000 experiments (20 %)`,
      `${CLEAR}1,400 of 5,000 experiments (28 %), 200/s, 18.00 s left`,
      CLEAR,
      "extravirt: a word\n",
    ]);
  });

  it("is a line at once, and now and then, elsewhere", () => {
    const { written, clock, progress } = line(false);
    for (; clock.ms <= 25_000; clock.ms += 1000) progress.show(clock.ms / 250, 200);
    expect(written).toEqual([
      "extravirt: 0 of 200 experiments (0 %)\n",
      "extravirt: 40 of 200 experiments (20 %), 4.0/s, 40.00 s left\n",
      "extravirt: 80 of 200 experiments (40 %), 4.0/s, 30.00 s left\n",
    ]);
  });

  it("forgets how fast it once was", () => {
    const { written, clock, progress } = line(true);
    progress.show(0, 1000);
    clock.ms = 10_000;
    progress.show(500, 1000);
    clock.ms = 60_000;
    progress.show(510, 1000);
    expect(written.at(-1)).toContain("0.2/s");
  });
});
