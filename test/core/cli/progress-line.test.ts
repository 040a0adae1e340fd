import { describe, expect, it } from "vitest";
import { ProgressLine } from "../../../core/cli/progress-line.ts";
import type { ProgressMode } from "../../../core/cli/progress-line.ts";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import type { Vmm } from "../../../core/index.ts";

function progressOf(mode: ProgressMode): {
  written: string[];
  hooks: Vmm["hooks"];
  progress: ProgressLine;
  passMs: (ms: number) => void;
} {
  const written: string[] = [];
  let now = 0;
  const hooks = createHooks();
  const progress = new ProgressLine(
    mode,
    (text) => void written.push(text),
    () => now,
  );
  progress.follow({ hooks });
  return {
    written,
    hooks,
    progress,
    passMs: (ms) => {
      now += ms;
    },
  };
}

const epoch = (steps: number): Parameters<Vmm["hooks"]["epochVerified"]["call"]>[0] => ({
  epoch: steps / 1_000_000 - 1,
  steps,
  isIdle: false,
  outputs: 0,
});

const checkpoint = {
  epoch: 0,
  steps: 0,
  dirtyPages: 1,
  generations: 1,
  pauseMs: 1,
  framesByOwner: { checkpoint: 40, "replica 0": 1, "replica 1": 2 },
};

describe("the progress line", () => {
  it("shows epochs, speed, checkpoints, shared pages and divergences in one line", () => {
    const { written, hooks, passMs } = progressOf("line");
    hooks.checkpointTaken.call(checkpoint);
    passMs(1000);
    hooks.epochVerified.call(epoch(100_000_000));
    expect(written).toEqual([
      "\r\u001B[K1.00 s, 100 epochs, 100.0 MIPS, 1 checkpoint, 38 pages shared, 0 divergences",
    ]);
  });

  it("is rewritten at most five times a second, with the speed since the last time", () => {
    const { written, hooks, passMs } = progressOf("line");
    hooks.epochVerified.call(epoch(1_000_000));
    for (let count = 0; count < 19; count++) {
      passMs(10);
      hooks.epochVerified.call(epoch(1_000_000));
    }
    expect(written).toHaveLength(1);
    passMs(10);
    hooks.epochVerified.call(epoch(41_000_000));
    expect(written).toHaveLength(2);
    expect(written[1]).toContain("200.0 MIPS");
  });

  it("makes room for messages", () => {
    const { written, hooks, progress } = progressOf("line");
    hooks.epochVerified.call(epoch(1_000_000));
    progress.print("message\n");
    progress.print("another\n");
    expect(written.slice(1)).toEqual(["\r\u001B[K", "message\n", "another\n"]);
  });

  it("stays out of the guest's console by using the terminal's title", () => {
    const { written, hooks, progress } = progressOf("title");
    hooks.epochVerified.call(epoch(1_000_000));
    progress.clear();
    expect(written[0]?.startsWith("\u001B]0;extravirt: ")).toBe(true);
    expect(written[0]).toContain("1 epoch");
    expect(written[0]?.endsWith("\u0007")).toBe(true);
    expect(written[1]).toBe("\u001B]0;\u0007");
  });

  it("writes nothing when off", () => {
    const { written, hooks, progress } = progressOf("off");
    hooks.epochVerified.call(epoch(1_000_000));
    progress.clear();
    expect(written).toEqual([]);
  });
});
