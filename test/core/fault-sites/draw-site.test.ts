import { describe, expect, it } from "vitest";
import type { FaultModel } from "../../../core/index.ts";
import { siteDrawer, undrawable } from "../../../core/fault-sites/draw-site.ts";
import { RandomStream } from "../../../core/fault-sites/random-stream.ts";
import { fakeArrivalTarget } from "../../plugins/fault-arrivals/fake-arrival-target.ts";

const target = fakeArrivalTarget();

function modelWith(properties: Readonly<Record<string, unknown>>): FaultModel {
  return {
    kind: "fault",
    name: "odd",
    summary: "",
    schema: {
      type: "object",
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    },
    inject: () => undefined,
  };
}

function draws(model: FaultModel, rules = {}, count = 3000): Readonly<Record<string, unknown>>[] {
  const random = new RandomStream(11);
  const draw = siteDrawer(model, target, rules, "models");
  return Array.from({ length: count }, () => draw(random));
}

describe("siteDrawer", () => {
  it("draws registers by their bits, and bits that they have", () => {
    const sites = draws(target.model("register-bit-flip"));
    const times = (name: string): number =>
      sites.filter(({ register }) => register === name).length;
    expect(times("x1") + times("f0") + times("priv")).toBe(3000);
    expect(times("priv")).toBeGreaterThan(20);
    expect(times("priv")).toBeLessThan(80);
    for (const { register, bit } of sites) {
      expect(bit).toBeGreaterThanOrEqual(0);
      expect(bit).toBeLessThan(register === "priv" ? 2 : 64);
    }
    expect(new Set(sites.map(({ bit }) => bit)).size).toBe(64);
  });

  it("keeps to register groups", () => {
    const sites = draws(target.model("register-bit-flip"), { groups: ["float"] }, 50);
    expect(new Set(sites.map(({ register }) => register))).toEqual(new Set(["f0"]));
  });

  it("draws addresses in RAM and bits of a byte", () => {
    const sites = draws(target.model("memory-bit-flip"));
    const offsets = sites.map(({ address }) => (address as number) - target.ramBase);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThan(4096);
    expect(Math.max(...offsets)).toBeGreaterThan(4000);
    expect(new Set(sites.map(({ bit }) => bit))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
  });

  it("draws bits of results as wide as the registers", () => {
    const narrow = fakeArrivalTarget({ registers: [{ name: "r0", group: "integer", bits: 32 }] });
    const draw = siteDrawer(target.model("result-bit-flip"), narrow, {}, "models");
    const random = new RandomStream(2);
    const bits = Array.from({ length: 500 }, () => draw(random)["bit"] as number);
    expect(Math.max(...bits)).toBe(31);
  });

  it("draws ranges, enumerations, harts and switches of models it has never seen", () => {
    const odd = modelWith({
      way: { type: "integer", minimum: 2, maximum: 3 },
      table: { enum: ["read", "write"] },
      isGlobal: { type: "boolean" },
      hart: { type: "integer", minimum: 0 },
    });
    const sites = draws(odd, {}, 100);
    expect(new Set(sites.map(({ way }) => way))).toEqual(new Set([2, 3]));
    expect(new Set(sites.map(({ table }) => table))).toEqual(new Set(["read", "write"]));
    expect(new Set(sites.map(({ isGlobal }) => isGlobal))).toEqual(new Set([true, false]));
    expect(new Set(sites.map(({ hart }) => hart))).toEqual(new Set([0]));
  });

  it("leaves alone what is fixed", () => {
    const rules = { fixed: { register: "priv" } };
    const sites = draws(target.model("register-bit-flip"), rules, 60);
    expect(new Set(sites.map(({ register }) => register))).toEqual(new Set(["priv"]));
    expect(new Set(sites.map(({ bit }) => bit))).toEqual(new Set([0, 1]));
  });

  it("refuses a model with an option that it cannot draw", () => {
    const odd = modelWith({ pattern: { type: "string" } });
    expect(undrawable(odd, target)).toBe("pattern");
    expect(() => siteDrawer(odd, target, {}, "models")).toThrowError(
      expect.objectContaining({
        code: "XV_ERR_ARRIVAL_MODEL_OPTIONS",
        place: "models",
        value: "odd",
        remedy: expect.stringContaining("{ use: odd, pattern: ... }"),
      }),
    );
    expect(undrawable(odd, target, { fixed: { pattern: "p" } })).toBeUndefined();
  });

  it("refuses registers where the platform tells none", () => {
    const blind = fakeArrivalTarget({ registers: [] });
    expect(() => siteDrawer(target.model("register-bit-flip"), blind, {}, "models")).toThrow(
      /option register of register-bit-flip/,
    );
  });
});
