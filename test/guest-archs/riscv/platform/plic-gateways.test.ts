import { describe, expect, it } from "vitest";
import { PlicGateways } from "../../../../guest-archs/riscv/platform/plic-gateways.ts";

describe("PlicGateways", () => {
  it("keep a request after the level dropped", () => {
    const gateways = new PlicGateways(64);
    expect(gateways.setLevel(33, true)).toBe(true);
    expect(gateways.setLevel(33, false)).toBe(false);
    expect([...gateways.pending]).toEqual([0, 2]);
  });

  it("take no second request before completion", () => {
    const gateways = new PlicGateways(32);
    gateways.setLevel(5, true);
    gateways.claim(5);
    expect(gateways.setLevel(5, false)).toBe(false);
    expect(gateways.setLevel(5, true)).toBe(false);
    expect([...gateways.pending]).toEqual([0]);
    gateways.complete(5);
    expect([...gateways.pending]).toEqual([32]);
  });

  it("ignore a completion of something not in service", () => {
    const gateways = new PlicGateways(32);
    gateways.setLevel(5, true);
    gateways.complete(5);
    expect([...gateways.pending]).toEqual([32]);
    gateways.claim(5);
    gateways.setLevel(5, false);
    gateways.complete(5);
    expect([...gateways.pending]).toEqual([0]);
  });
});
