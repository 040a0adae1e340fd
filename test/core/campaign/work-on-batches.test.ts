import { describe, expect, it } from "vitest";
import type { ExperimentPool } from "../../../core/campaign/experiment-pool.ts";
import { workOnBatches } from "../../../core/campaign/work-on-batches.ts";
import type { ResultStore } from "../../../core/index.ts";

/** A store that kept more of an earlier, longer plan than is done or queued now. */
const store = {
  takeBatch: () => Promise.resolve(undefined),
  progress: () => Promise.resolve({ planned: 100, done: 60, isPlanned: false }),
} as unknown as ResultStore;
const pool = { workers: 2 } as unknown as ExperimentPool;

describe("workOnBatches", () => {
  it("ends where nobody else could have what is missing", async () => {
    const seen: number[] = [];
    await workOnBatches({
      store,
      variant: "base",
      pool,
      isAlone: true,
      signal: undefined,
      onProgress: ({ done }) => void seen.push(done),
    });
    expect(seen).toContain(60);
  });

  it("waits for what others have in hand", async () => {
    let looks = 0;
    const shared = {
      ...store,
      progress: () => {
        looks += 1;
        return Promise.resolve({ planned: 100, done: looks > 3 ? 100 : 60, isPlanned: true });
      },
    } as unknown as ResultStore;
    await workOnBatches({
      store: shared,
      variant: "base",
      pool,
      signal: undefined,
      onProgress: undefined,
    });
    expect(looks).toBeGreaterThan(3);
  });
});
