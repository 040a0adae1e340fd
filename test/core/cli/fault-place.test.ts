import { describe, expect, it } from "vitest";
import { faultPlaceText, struckPlace } from "../../../core/cli/fault-place.ts";

describe("the place of a fault", () => {
  it("is a core where one is named, else a replica, else the coordinator", () => {
    expect(faultPlaceText({ core: 0 })).toBe("core 0");
    expect(faultPlaceText({ core: 1, replica: 4 })).toBe("core 1");
    expect(faultPlaceText({ replica: 0 })).toBe("replica 0");
    expect(faultPlaceText({})).toBe("the coordinator");
  });

  it("is told by the replica that was struck, and by the core where it struck a trial of it", () => {
    expect(faultPlaceText(struckPlace({ replica: 4, core: 1 }))).toBe("replica 4");
    const trial = { replica: 1_000_000, core: 1, isTrial: true } as const;
    expect(faultPlaceText(struckPlace(trial))).toBe("a trial on core 1");
    expect(faultPlaceText(struckPlace({}))).toBe("the coordinator");
  });
});
