import { describe, expect, it } from "vitest";
import { FeatureNegotiation } from "../../../../plugins/devices/virtio/feature-negotiation.ts";

const OWN = 1n << 9n;
const VERSION_1_WINDOW = 1;

function taking(low: number, high = VERSION_1_WINDOW): FeatureNegotiation {
  const features = new FeatureNegotiation(OWN);
  features.take(low);
  features.takenSelect = 1;
  features.take(high);
  return features;
}

describe("FeatureNegotiation", () => {
  it("offers the device's features, indirect descriptors and version 1, in windows of 32", () => {
    const features = new FeatureNegotiation(OWN);
    const windows = [0, 1, 2, 0xffff_ffff].map((select) => {
      features.offeredSelect = select;
      return features.offeredWindow;
    });
    expect(windows).toEqual([(1 << 28) | (1 << 9), VERSION_1_WINDOW, 0, 0]);
  });

  it("accepts what was offered, if version 1 is among it", () => {
    expect(taking(1 << 9).isAcceptable).toBe(true);
    expect(taking(0).isAcceptable).toBe(true);
    expect(taking(1 << 9, 0).isAcceptable).toBe(false);
    expect(taking(1 << 8).isAcceptable).toBe(false);
  });

  it("knows what the driver took, until a reset", () => {
    const features = taking(1 << 9);
    expect(features.has(OWN)).toBe(true);
    expect(taking(0).has(OWN)).toBe(false);
    features.takenSelect = 2;
    features.take(0);
    expect(features.has(OWN)).toBe(true);
    features.reset();
    expect(features.has(OWN)).toBe(false);
    expect(features.takenSelect).toBe(0);
  });
});
