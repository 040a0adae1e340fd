import { describe, expect, it } from "vitest";
import { planFactsOf } from "../../../core/statistics/plan-facts.ts";
import { uniform } from "../../../plugins/fault-sampling/uniform.ts";
import { fakeSpace } from "../../plugins/fault-sampling/fake-space.ts";

describe("planFactsOf", () => {
  it("is plain data about the space and the plan", () => {
    const space = fakeSpace();
    const facts = planFactsOf(space, uniform.plan({}, space, { seed: 1, count: 7 }));
    expect(structuredClone(facts)).toEqual(facts);
    expect(facts).toMatchObject({
      planned: 7,
      allocation: "proportional",
      firstStep: 100,
      endStep: 300,
    });
    expect(facts.parts[0]).toEqual({
      name: "register-bit-flip/integer",
      model: "register-bit-flip",
      group: "integer",
      sites: 128,
      share: 0.25,
      isStorage: true,
    });
  });

  it("takes upsets of several bits for no storage of single ones", () => {
    const space = fakeSpace();
    const wide = space.parts.map((part) => ({ ...part, siteAt: () => ({ width: 2 }) }));
    const plan = uniform.plan({}, space, { seed: 1, count: 1 });
    const facts = planFactsOf({ ...space, parts: wide }, plan);
    expect(facts.parts.map(({ isStorage }) => isStorage)).toEqual([false, false]);
  });
});
