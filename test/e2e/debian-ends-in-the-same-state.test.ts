// A boot of the Debian kernel to power-off ends in the same registers, devices and memory whether its code is
// interpreted, compiled when hot, or compiled early and dropped again and again, and with duplicated instructions. With device models below it, it executes the
// same steps.
import { describe, expect, it } from "vitest";
import { bootToPowerOff, requireDebianImages } from "./debian-guest.ts";

const COMMAND =
  "busybox md5sum /bin/busybox; busybox seq 1 2000 | busybox sort -n | busybox tail -n 1";

describe.skipIf(!(await requireDebianImages()))("an unmodified Debian kernel", () => {
  it("ends in the same state whatever is compiled when", async () => {
    const [interpreted, ...compiled] = [
      await bootToPowerOff(COMMAND, { compileAfterJumps: 0 }),
      await bootToPowerOff(COMMAND, {}),
      await bootToPowerOff(COMMAND, { compileAfterJumps: 200, maxCompiledInstructions: 20_000 }),
      await bootToPowerOff(COMMAND, {}, "duplicated"),
    ];
    expect(interpreted?.report.stop).toEqual({ reason: "power-off", exitCode: 0 });
    expect(interpreted?.report.finalState).toMatch(/^[0-9a-f]{64}$/);
    expect(interpreted?.text).toMatch(/\r\n2000\r\n/);
    for (const { report, text } of compiled) {
      expect(text).toBe(interpreted?.text);
      expect(report.steps).toBe(interpreted?.report.steps);
      expect(report.finalState).toBe(interpreted?.report.finalState);
    }
    // Below, device models are no part of what the machine saves.
    const below = await bootToPowerOff(COMMAND, {}, "solo", "devices-below");
    expect(below.text).toBe(interpreted?.text);
    expect(below.report.steps).toBe(interpreted?.report.steps);
    expect(below.report.devicesBelow?.exchanges).toBeGreaterThan(10_000);
  });
});
