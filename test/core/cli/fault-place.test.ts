import { describe, expect, it } from "vitest";
import { faultPlaceText } from "../../../core/cli/fault-place.ts";

describe("the place of a fault", () => {
  it("is a core where one is named, else a replica, else the coordinator", () => {
    expect(faultPlaceText({ core: 0 })).toBe("core 0");
    expect(faultPlaceText({ core: 1, replica: 4 })).toBe("core 1");
    expect(faultPlaceText({ replica: 0 })).toBe("replica 0");
    expect(faultPlaceText({})).toBe("the coordinator");
  });
});
