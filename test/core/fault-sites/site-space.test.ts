import { describe, expect, it } from "vitest";
import { siteOptions } from "../../../core/fault-sites/site-options.ts";
import type { SiteOptions } from "../../../core/fault-sites/site-options.ts";
import { siteSpace } from "../../../core/fault-sites/site-space.ts";
import type { SiteSpace } from "../../../core/fault-sites/site-space.ts";
import { fakeArrivalTarget } from "../../plugins/fault-arrivals/fake-arrival-target.ts";

const target = fakeArrivalTarget();

const spaceOf = (model: string, fixed = {}): SiteSpace =>
  siteSpace(siteOptions(target.model(model), target, { fixed }) as SiteOptions, fixed);

describe("siteSpace", () => {
  it("has every bit of every register once, each register as often as it has bits", () => {
    const { sites, at } = spaceOf("register-bit-flip");
    expect(sites).toBe(130);
    expect([at(0), at(63), at(64), at(128), at(129)]).toEqual([
      { register: "x1", bit: 0 },
      { register: "x1", bit: 63 },
      { register: "f0", bit: 0 },
      { register: "priv", bit: 0 },
      { register: "priv", bit: 1 },
    ]);
  });

  it("has every combination of the other options once", () => {
    const { sites, at } = spaceOf("tlb-bit-flip");
    expect(sites).toBe(3 * 2 * 44);
    const all = Array.from({ length: sites }, (_, index) => JSON.stringify(at(index)));
    expect(new Set(all).size).toBe(sites);
    expect(at(44)).toEqual({ table: "write", field: "page", bit: 0 });
  });

  it("keeps the bits of a byte together", () => {
    const { sites, at } = spaceOf("memory-bit-flip");
    expect(sites).toBe(4096 * 8);
    expect(at(8 * 5 + 7)).toEqual({ address: target.ramBase + 5, bit: 7 });
  });

  it("has no site where no register is as wide as what is hit", () => {
    expect(spaceOf("register-bit-flip", { width: 65 }).sites).toBe(0);
    expect(spaceOf("register-bit-flip", { width: 3 }).sites).toBe(62 + 62);
  });

  it("leaves out registers without the bits that are fixed", () => {
    expect(spaceOf("register-bit-flip", { bit: 1 }).sites).toBe(3);
    const { sites, at } = spaceOf("register-bit-flip", { bit: 1, width: 2 });
    expect([sites, at(1)]).toEqual([2, { register: "f0", bit: 1, width: 2 }]);
  });

  it("has no site whose bits go on where nothing is", () => {
    expect(spaceOf("memory-bit-flip", { width: 2 }).sites).toBe(4095 * 8);
    expect(spaceOf("memory-bit-flip", { bit: 6, width: 2 }).sites).toBe(4096);
    expect(spaceOf("memory-bit-flip", { bit: 6, width: 11 }).sites).toBe(4094);
    expect(spaceOf("instruction-bit-flip", { width: 4 }).sites).toBe(32 - 3);
  });
});
