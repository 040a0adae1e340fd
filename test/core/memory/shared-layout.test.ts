import { describe, expect, it } from "vitest";
import {
  allocateShared,
  planSeparateLayouts,
  planSharedLayout,
} from "../../../core/memory/shared-layout.ts";

describe("planSharedLayout", () => {
  it("keeps all parts apart and page-aligned", () => {
    const layout = planSharedLayout(64 * 2 ** 20, 100_000, 3);
    const pages = layout.ramPages;
    const parts = [
      { from: layout.owners, bytes: layout.frameCount },
      { from: layout.ownerCounts, bytes: 6 * 4 },
      { from: layout.checkpointMap, bytes: pages * 4 },
      { from: layout.pageList, bytes: pages * 4 },
      ...layout.arenas.flatMap((arena) => [
        { from: arena.pageMap, bytes: pages * 4 },
        { from: arena.dirtyList, bytes: pages * 4 + 4 },
        { from: arena.processorArea, bytes: 100_000 },
      ]),
      { from: layout.frames, bytes: layout.frameCount * 4096 },
    ].sort((a, b) => a.from - b.from);
    for (const [index, part] of parts.entries()) {
      expect(part.from % 4096).toBe(0);
      expect(part.from + part.bytes).toBeLessThanOrEqual(
        parts[index + 1]?.from ?? layout.totalBytes,
      );
    }
  });

  it("has frames for every replica and the checkpoint to own all pages", () => {
    expect(planSharedLayout(2 ** 20, 0, 3).frameCount).toBe(256 * 4 + 1);
  });

  it("has frames for older checkpoints, as far as they fit below 4 GiB", () => {
    expect(planSharedLayout(2 ** 20, 0, 3, 3).frameCount).toBe(256 * 7 + 1);
    const large = planSharedLayout(2 ** 30, 0, 3, 8);
    expect(large.totalBytes).toBeLessThan(2 ** 32);
    expect(large.frameCount).toBeGreaterThan(2 ** 18 * 3);
  });

  it("says what to change when the machine does not fit", () => {
    expect(() => planSharedLayout(3 * 2 ** 30, 2 ** 26, 3)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_MEMORY_TOO_LARGE",
        place: "machine.ram",
        remedy: expect.stringContaining("less memory"),
      }),
    );
  });
});

describe("allocateShared", () => {
  it("says what to change when the host refuses", () => {
    const impossible = { ...planSharedLayout(2 ** 20, 0, 3), totalBytes: 2 ** 33 };
    expect(() => allocateShared(impossible)).toThrow(
      expect.objectContaining({
        code: "XV_ERR_MEMORY_HOST_REFUSED",
        message: expect.stringContaining("8192 MiB"),
        remedy: expect.stringContaining("ulimit"),
      }),
    );
  });
});

describe("planSeparateLayouts", () => {
  it("has one copy of the memory where the replica is, and one per checkpoint elsewhere", () => {
    const { checkpoints, replica } = planSeparateLayouts(2 ** 20, 5000, 1);
    expect([checkpoints.arenas.length, checkpoints.frameCount]).toEqual([0, 257]);
    expect([replica.arenas.length, replica.frameCount]).toEqual([1, 257]);
    expect(planSeparateLayouts(2 ** 20, 0, 3).checkpoints.frameCount).toBe(256 * 4 + 1);
  });

  it("has room for a machine that does not fit twice", () => {
    const { replica } = planSeparateLayouts(3 * 2 ** 30, 2 ** 20, 1);
    expect(replica.frameCount).toBe(3 * 2 ** 18 + 1);
    expect(() => planSeparateLayouts(4 * 2 ** 30, 2 ** 20, 1)).toThrow("does not fit into 4 GiB");
  });
});
