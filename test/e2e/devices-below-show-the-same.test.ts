// Device models inside the replicas and below them: the guest executes the same steps, and the outside sees the same bytes.
import { describe, expect, it } from "vitest";
import { guestNames } from "../../guests/guest-list.ts";
import type { SlotConfig } from "../../core/index.ts";
import { TYPED, blockImage, expectedOutput, runGuest } from "./guest-run.ts";
import type { GuestResult, GuestRun } from "./guest-run.ts";

const INLINE: SlotConfig = { use: "inline" };
const BELOW: SlotConfig = { use: "devices-below" };

function runOf(guest: string): GuestRun {
  if (guest === "console-echo") return { guest, console: { inputText: TYPED } };
  return guest === "block"
    ? { guest, disk: { image: blockImage(), isOverlaid: false } }
    : { guest };
}

/** With devices inside, alone: what the guest is known to do. */
const golden = (run: GuestRun): Promise<GuestResult> =>
  runGuest({ ...run, slots: { replication: { use: "solo" }, placement: INLINE } });

function expectSame(below: GuestResult, inside: GuestResult): void {
  expect(below.report.divergences).toEqual([]);
  expect(below.output).toBe(inside.output);
  const { stop, steps, outputDigest } = inside.report;
  expect(below.report).toMatchObject({ stop, steps, outputDigest });
  expect(below.disk?.equals(inside.disk ?? Buffer.alloc(0)) ?? true).toBe(true);
  expect(below.report.epochs).toBeGreaterThan(inside.report.epochs);
}

describe("with devices below", { timeout: 120_000 }, () => {
  it.each(guestNames())("%s does what it does with devices inside, to the step", async (guest) => {
    const inside = await golden(runOf(guest));
    expect(inside.output).toBe(expectedOutput(guest));
    const slots = { placement: INLINE, boundary: BELOW };
    expectSame(await runGuest({ ...runOf(guest), slots }), inside);
  });

  it("a machine that checks itself is refused", async () => {
    const slots = {
      replication: { use: "duplicated" },
      recovery: { use: "rollback" },
      placement: INLINE,
      boundary: BELOW,
    };
    await expect(runGuest({ guest: "small", slots })).rejects.toMatchObject({
      code: "XV_ERR_CONFIG_BOUNDARY",
    });
  });
});
