import { describe, expect, it } from "vitest";
import {
  CheckpointStop,
  type CheckpointStopParts,
} from "../../../core/coordinator/checkpoint-stop.ts";
import type { LetGo, TakeResult } from "../../../core/coordinator/checkpoint-taker.ts";
import { RunPosition } from "../../../core/coordinator/run-position.ts";

interface Situation {
  readonly release?: "primary";
  readonly lastBallots?: readonly number[];
  readonly isFoundEqual?: boolean;
  readonly isDraining?: boolean;
  readonly frozen?: number;
  readonly result?: TakeResult;
}

/** Epochs up to 3 are agreed on, and up to 4 granted. */
function stopIn(situation: Situation) {
  const { release, result = { kind: "taken" }, lastBallots = [4, 4] } = situation;
  const { isDraining = true, frozen = 5, isFoundEqual = true } = situation;
  const position = new RunPosition(undefined);
  position.seal({ epoch: 3, sent: 4, frozen, isDraining });
  const done: string[] = [];
  const stop = new CheckpointStop({
    plan: release === undefined ? {} : { release },
    replicas: {
      all: lastBallots.map((lastBallot) => ({
        lastBallot,
        stoodAt: (epoch: number) => lastBallot >= epoch,
      })),
    },
    position,
    feed: {
      grant: () => {
        done.push("sent");
        return { sent: frozen };
      },
    },
    taker: {
      isFoundEqual,
      completeEarly: (letGo: LetGo) => {
        position.seal(letGo());
        return true;
      },
      take: (_agreed: unknown, letGo?: LetGo) => {
        if (result.kind === "taken") position.seal({ ...letGo?.() });
        return Promise.resolve(result);
      },
    },
    wait: {
      watch: (epoch: number, missing: readonly unknown[]) =>
        void done.push(`${missing.length} waited for at ${epoch}`),
      end: () => {},
    },
  } as unknown as CheckpointStopParts);
  return { stop, done, position };
}

describe("the end of a checkpoint before the last boundary granted is agreed on", () => {
  it("lets the replicas go on", async () => {
    const { stop, done, position } = stopIn({});
    expect(await stop.completeEarly(4)).toBe("completed");
    expect(done).toEqual(["sent"]);
    expect(position.live).toMatchObject({ isDraining: false, sent: 5 });
  });

  it("waits for whoever has not come there: it is never after the boundary was agreed on", async () => {
    const { stop, done } = stopIn({ lastBallots: [4, 3] });
    expect(await stop.completeEarly(4)).toBe("waiting");
    expect(done).toEqual(["1 waited for at 4"]);
  });

  it.each<[string, Situation, number]>([
    ["another boundary is next", {}, 3],
    ["nothing is due", { isDraining: false }, 4],
    ["nothing was found equal", { isFoundEqual: false }, 4],
    ["nothing more is frozen, so that nobody could go on", { frozen: 4 }, 4],
    ["backups are behind", { release: "primary" }, 4],
  ])("is not now where %s", async (_why, situation, epoch) => {
    const { stop, done } = stopIn(situation);
    expect(await stop.completeEarly(epoch)).toBe("not-now");
    expect(done).toEqual([]);
  });
});

describe("a stop for a checkpoint", () => {
  it("is over when it was taken, and replicas go on as soon as it lets them", async () => {
    const { stop, done, position } = stopIn({});
    expect(await stop.take()).toEqual({ kind: "taken" });
    expect([done, position.live.isDraining]).toEqual([["sent"], false]);
  });

  it("lets nobody go on where nothing is frozen", async () => {
    const { stop, done } = stopIn({ frozen: 4 });
    expect(await stop.take()).toEqual({ kind: "taken" });
    expect(done).toEqual([]);
  });

  it.each<[string, Situation, string[]]>([
    ["nothing is due", { isDraining: false }, []],
    ["somebody is not there", { lastBallots: [3, 4] }, ["1 waited for at 4"]],
  ])("is none where %s", async (_why, situation, expected) => {
    const { stop, done } = stopIn(situation);
    expect(await stop.take()).toBeUndefined();
    expect(done).toEqual(expected);
  });

  it("stays where replicas differ", async () => {
    const result = { kind: "differs", detail: "page 0x4 differs" } as const;
    const { stop, position } = stopIn({ result });
    expect(await stop.take()).toEqual(result);
    expect(position.live.isDraining).toBe(true);
  });
});
