import { describe, expect, it } from "vitest";
import { defaultOptionsOf } from "../../../core/config/default-options.ts";
import { devicesBelow } from "../../../plugins/boundary/devices-below.ts";

describe("devices-below", () => {
  it("seals the state of device models by default", () => {
    const plan = { devices: "below", isStateSealed: true };
    expect(devicesBelow.create({})).toEqual(plan);
    expect(devicesBelow.create(defaultOptionsOf(devicesBelow))).toEqual(plan);
  });

  it("can do without seals", () => {
    expect(devicesBelow.create({ sealState: false })).toEqual({
      devices: "below",
      isStateSealed: false,
    });
  });
});
