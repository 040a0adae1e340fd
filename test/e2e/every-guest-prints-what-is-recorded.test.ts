// The bundled guests on the default machine, alone and replicated: output, exit code and disk are those recorded.
import { describe, expect, it } from "vitest";
import { guestNames, programNames } from "../../guests/guest-list.ts";
import type { SlotConfig } from "../../core/index.ts";
import { TYPED, blockImage, expectedOutput, runGuest } from "./guest-run.ts";
import type { GuestResult, GuestRun } from "./guest-run.ts";

const HEAD_BYTES = 64 * 1024;
const WRITTEN_END = 192 * 1024;

const POWER_OFF = { reason: "power-off", exitCode: 0 };
/** Guests that need neither input nor a disk. */
const SELF_CONTAINED = [
  "quick-start",
  "floating-point",
  "small",
  "timer",
  "paging",
  ...programNames(),
];

it("no guest is left out", () => {
  expect([...SELF_CONTAINED, "block", "console-echo", "network"].toSorted()).toEqual(guestNames());
});

describe.each([
  { use: "solo", replicas: 1 },
  { use: "pair", replicas: 2 },
])("with replication $use", ({ use, replicas }) => {
  const replication: SlotConfig = { use };

  async function run(guest: GuestRun): Promise<GuestResult> {
    const result = await runGuest({ ...guest, slots: { replication, ...guest.slots } });
    expect(result.report.replicas).toBe(replicas);
    expect(result.report.divergences).toEqual([]);
    expect(result.report.outputBytes).toBeGreaterThan(0);
    return result;
  }

  it.each(SELF_CONTAINED)("%s passes", async (guest) => {
    const { output, report } = await run({ guest });
    expect(output).toBe(expectedOutput(guest));
    expect(report.stop).toEqual(POWER_OFF);
  });

  it("network finds, pings and talks to a station on a switch", async () => {
    const network = { use: "switch", stations: [{ address: "10.0.2.2" }] };
    const { output, report } = await run({ guest: "network", network });
    expect(output).toBe(expectedOutput("network"));
    expect(report.stop).toEqual(POWER_OFF);
  });

  it("network says that there is no card", async () => {
    const { output, report } = await run({ guest: "network" });
    expect(output).toBe("network: there is no usable virtio network device\n");
    expect(report.stop).toEqual({ reason: "guest-failure", exitCode: 2 });
  });

  it("timer has two harts work together", async () => {
    const { output, report } = await run({ guest: "timer", harts: 2 });
    expect(output).toBe(expectedOutput("timer-2-harts"));
    expect(report.stop).toEqual(POWER_OFF);
  });

  it("integer takes its iterations from the boot arguments", async () => {
    const { output, report } = await run({ guest: "integer", commandLine: "quiet iterations=2" });
    expect(output).toMatch(/^integer: 2 iterations\n/);
    expect(report.stop).toEqual(POWER_OFF);
  });

  it("console-echo answers what is typed at the start, and its exit code carries through", async () => {
    const { output, report } = await run({ guest: "console-echo", console: { inputText: TYPED } });
    expect(output).toBe(expectedOutput("console-echo"));
    expect(report.stop).toEqual({ reason: "guest-failure", exitCode: 7 });
  });

  it("console-echo sleeps until a user answers its prompt", async () => {
    const script = TYPED.split(/(?<=\n)/).map((send) => ({ expect: "> ", send }));
    const { output, report } = await run({ guest: "console-echo", console: { script } });
    expect(output).toBe(expectedOutput("console-echo"));
    expect(report.stop).toEqual({ reason: "guest-failure", exitCode: 7 });
  });

  it("console-echo powers off on quit", async () => {
    const { output, report } = await run({
      guest: "console-echo",
      console: { inputText: "quit\n" },
    });
    expect(output).toMatch(/> quit\nbye\n$/);
    expect(report.stop).toEqual(POWER_OFF);
  });

  it("a run ends by itself when the guest waits for input that can't come", async () => {
    const { output, report } = await run({ guest: "console-echo", console: { inputText: "a\n" } });
    expect(output).toMatch(/> a\nA\n> $/);
    expect(report.stop).toMatchObject({ reason: "idle-forever", exitCode: 0 });
  });

  it.each([
    { title: "a raw image", isOverlaid: false },
    { title: "an overlay, which leaves the image as it was", isOverlaid: true },
  ])("block writes to $title", async ({ isOverlaid }) => {
    const before = Buffer.from(blockImage());
    const result = await run({ guest: "block", disk: { image: before, isOverlaid } });
    expect(result.output).toBe(expectedOutput("block"));
    expect(result.report.stop).toEqual(POWER_OFF);
    const after = result.disk ?? Buffer.alloc(0);
    expect(after).toHaveLength(before.length);
    expect(after.subarray(0, HEAD_BYTES).equals(before.subarray(0, HEAD_BYTES))).toBe(true);
    expect(after.subarray(WRITTEN_END).equals(before.subarray(WRITTEN_END))).toBe(true);
    const written = after.subarray(HEAD_BYTES, WRITTEN_END);
    expect(written.equals(before.subarray(HEAD_BYTES, WRITTEN_END))).toBe(false);
    expect(result.image?.equals(isOverlaid ? before : after)).toBe(true);
  });

  it("block says that there is no disk, with an exit code of its own", async () => {
    const { output, report } = await run({ guest: "block" });
    expect(output).toBe("block: there is no virtio block device\n");
    expect(report.stop).toEqual({ reason: "guest-failure", exitCode: 2 });
  });

  it("block refuses a disk that is too small", async () => {
    const disk = { image: new Uint8Array(128 * 1024), isOverlaid: false };
    const { output, report } = await run({ guest: "block", disk });
    expect(output).toBe("block: 256 sectors\nblock: the disk must have at least 192 KiB\n");
    expect(report.stop).toEqual({ reason: "guest-failure", exitCode: 3 });
  });
});
