import { describe, expect, it } from "vitest";
import {
  geomagneticLatitude,
  verticalCutoffGV,
} from "../../../plugins/fault-arrivals/cutoff-rigidity.ts";

describe("geomagneticLatitude", () => {
  it("is 90 at the dipole's pole of 2020 and its opposite at the other one", () => {
    expect(geomagneticLatitude(80.6, -72.7)).toBeGreaterThan(89.9);
    expect(geomagneticLatitude(-80.6, 107.3)).toBeLessThan(-89.9);
  });

  it("takes degrees east beyond 180", () => {
    expect(geomagneticLatitude(40.7, 286)).toBeCloseTo(geomagneticLatitude(40.7, -74), 9);
  });
});

describe("verticalCutoffGV", () => {
  it("is between 14 and 15 GV on the equator, a sixteenth at 60 degrees, and nothing at the poles", () => {
    expect(verticalCutoffGV(0)).toBeGreaterThan(14);
    expect(verticalCutoffGV(0)).toBeLessThan(15);
    expect(verticalCutoffGV(60)).toBeCloseTo(verticalCutoffGV(0) / 16, 9);
    expect(verticalCutoffGV(-90)).toBeCloseTo(0, 9);
  });

  it("is near what trajectories give for New York City (2.08 GV, JESD89A)", () => {
    expect(Math.abs(verticalCutoffGV(geomagneticLatitude(40.7, -74)) - 2.08)).toBeLessThan(0.5);
  });
});
