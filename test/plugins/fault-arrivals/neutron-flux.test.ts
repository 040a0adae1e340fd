import { describe, expect, it } from "vitest";
import {
  atmosphericDepth,
  REFERENCE,
  relativeNeutronFlux,
} from "../../../plugins/fault-arrivals/neutron-flux.ts";
import type { SolarActivity } from "../../../plugins/fault-arrivals/neutron-flux.ts";

const flux = (
  altitudeMeters: number,
  cutoffRigidityGV: number,
  solarActivity: SolarActivity = "average",
): number =>
  relativeNeutronFlux({ depth: atmosphericDepth(altitudeMeters), cutoffRigidityGV, solarActivity });

describe("relativeNeutronFlux", () => {
  it("is 1 at the reference", () => {
    const { depth, cutoffRigidityGV } = REFERENCE;
    const reference = relativeNeutronFlux({ depth, cutoffRigidityGV, solarActivity: "average" });
    expect(reference).toBeCloseTo(1, 3);
  });

  // Denver: JESD89A, annex A. Plateau de Bure: the acceleration factor of the ASTEP platform against New York City,
  // 6.2 to 6.3 in Autran et al., IEEE Transactions on Nuclear Science 54(4), 2007, and later papers of the platform.
  it.each([
    { place: "Denver", altitude: 1609, rigidity: 2.8, low: 3.75, high: 3.77 },
    { place: "Plateau de Bure", altitude: 2552, rigidity: 5.0, low: 6.15, high: 6.35 },
  ])("is what was published for $place", ({ altitude, rigidity, low, high }) => {
    expect(flux(altitude, rigidity)).toBeGreaterThan(low);
    expect(flux(altitude, rigidity)).toBeLessThan(high);
  });

  it("grows with altitude, falls with rigidity and with the sun's activity", () => {
    expect(flux(3000, 2)).toBeGreaterThan(flux(1000, 2));
    expect(flux(0, 17)).toBeLessThan(flux(0, 2));
    expect(flux(0, 2, "quiet")).toBeGreaterThan(flux(0, 2));
    expect(flux(0, 2, "active")).toBeLessThan(flux(0, 2));
    expect(flux(-400, 2)).toBeLessThan(flux(0, 2));
  });

  it("has no cutoff at the poles, and the sun makes no difference where nothing low passes", () => {
    const { depth } = REFERENCE;
    const at = (cutoffRigidityGV: number, solarActivity: SolarActivity): number =>
      relativeNeutronFlux({ depth, cutoffRigidityGV, solarActivity });
    expect(at(0, "quiet")).toBeCloseTo(1.098, 6);
    expect(at(50, "active")).toBeCloseTo(at(50, "quiet"), 9);
  });
});

describe("atmosphericDepth", () => {
  it("is 1033.2 g/cm2 at sea level", () => {
    expect(atmosphericDepth(0)).toBeCloseTo(1033.2, 1);
  });

  // U.S. Standard Atmosphere 1976, table I, by geopotential altitude.
  it.each([
    [1000, 89_874],
    [5000, 54_019],
    [11_000, 22_632],
  ])("has the pressure of the standard atmosphere at %d m", (altitude, pascal) => {
    expect((atmosphericDepth(altitude) * 98.0665) / pascal).toBeCloseTo(1, 4);
  });
});
