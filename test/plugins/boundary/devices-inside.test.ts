import { expect, it } from "vitest";
import { devicesInside } from "../../../plugins/boundary/devices-inside.ts";

it("devices-inside leaves device models in the replicas", () => {
  expect(devicesInside.create({})).toEqual({ devices: "inside" });
});
