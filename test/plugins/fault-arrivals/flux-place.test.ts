import { describe, expect, it } from "vitest";
import { fluxPlaceOf, placeText } from "../../../plugins/fault-arrivals/flux-place.ts";
import type { PlaceOptions } from "../../../plugins/fault-arrivals/flux-place.ts";

const options = (changes: Partial<PlaceOptions> = {}): PlaceOptions => ({
  altitudeMeters: 1609,
  solarActivity: "average",
  ...changes,
});

describe("fluxPlaceOf", () => {
  it("takes a rigidity as it is, and that of New York City without any", () => {
    expect(fluxPlaceOf(options({ cutoffRigidityGV: 9.5 })).cutoffRigidityGV).toBe(9.5);
    expect(fluxPlaceOf(options()).cutoffRigidityGV).toBe(2.08);
  });

  it("estimates it from a latitude: geomagnetic alone, geographic with a longitude", () => {
    const geomagnetic = fluxPlaceOf(options({ latitude: 40.7 })).cutoffRigidityGV;
    const geographic = fluxPlaceOf(options({ latitude: 40.7, longitude: -74 })).cutoffRigidityGV;
    expect(geomagnetic).toBeCloseTo(4.7, 1);
    expect(geographic).toBeCloseTo(2.4, 1);
  });

  it("refuses contradictions", () => {
    expect(() => fluxPlaceOf(options({ latitude: 1, cutoffRigidityGV: 2 }))).toThrowError(
      expect.objectContaining({ code: "XV_ERR_ARRIVAL_PLACE", place: "latitude", value: "1" }),
    );
    expect(() => fluxPlaceOf(options({ longitude: 7 }))).toThrowError(
      expect.objectContaining({ code: "XV_ERR_ARRIVAL_PLACE", place: "longitude", value: "7" }),
    );
  });
});

describe("placeText", () => {
  it("says where, and when the rigidity is an estimate", () => {
    const given = options({ cutoffRigidityGV: 2.8 });
    expect(placeText(given, fluxPlaceOf(given))).toBe(
      "1,609 m, cutoff rigidity 2.80 GV, average solar activity",
    );
    const estimated = options({ latitude: 0 });
    expect(placeText(estimated, fluxPlaceOf(estimated))).toContain("14.23 GV (a dipole's)");
  });
});
