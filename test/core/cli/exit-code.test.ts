import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../../core/cli/exit-code.ts";
import type { StopReason } from "../../../core/coordinator/run-report.ts";
import { reportOf } from "./report-of.ts";

describe("exitCodeOf", () => {
  const code = (reason: StopReason, exitCode: number, interrupt?: number): number =>
    exitCodeOf(reportOf({ stop: { reason, exitCode } }), interrupt);

  it("passes the guest's own code on", () => {
    expect(code("power-off", 0)).toBe(0);
    expect(code("power-off", 7)).toBe(7);
    expect(code("guest-failure", 99)).toBe(99);
    expect(code("reset", 0)).toBe(0);
    expect(code("step-limit", 0)).toBe(0);
  });

  it("never lets a failure look like a success", () => {
    expect(code("guest-failure", 0)).toBe(1);
    expect(code("power-off", 256)).toBe(1);
    expect(code("power-off", 258)).toBe(2);
  });

  it("is 3 for a divergence that was not resolved", () => {
    expect(code("diverged", 0)).toBe(3);
    expect(code("diverged", 7)).toBe(3);
  });

  it("is 3 where other machines are not heard, or have taken over", () => {
    expect([code("cut-off", 0), code("fenced", 0)]).toEqual([3, 3]);
  });

  it("is the signal's for Ctrl-C, 0 for the console's escape key", () => {
    expect(code("user", 0, 130)).toBe(130);
    expect(code("user", 0)).toBe(0);
  });

  it("is 2 when a fault was never reached, unless the run was cut short", () => {
    const faultsNotReached = [{ fault: 0, use: "worker-crash", replica: 0, at: 9 }];
    expect(exitCodeOf(reportOf({ faultsNotReached }), undefined)).toBe(2);
    const stop = { reason: "user", exitCode: 0 } as const;
    expect(exitCodeOf(reportOf({ faultsNotReached, stop }), 130)).toBe(130);
  });
});
