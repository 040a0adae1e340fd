import { describe, expect, it } from "vitest";
import type { Activity } from "../../../core/index.ts";
import { during } from "../../../guest-archs/engine/during.ts";

describe("during", () => {
  it("is the function itself where nobody observes", () => {
    const action = (): number => 1;
    expect(during(undefined, "refill", action)).toBe(action);
  });

  it("tells when the function begins and that it has ended, also by an error", () => {
    const entered: Activity[] = [];
    const observer = {
      enter(activity: Activity): Activity {
        entered.push(activity);
        return "compiled";
      },
    };
    expect(during(observer, "refill", (a: number, b: number) => a + b)(1, 2)).toBe(3);
    const broken = during(observer, "devices", () => {
      throw new Error("broken");
    });
    expect(broken).toThrow("broken");
    expect(entered).toEqual(["refill", "compiled", "devices", "compiled"]);
  });
});
