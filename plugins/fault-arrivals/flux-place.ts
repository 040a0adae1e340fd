// Where on Earth a machine stands, as options say it.
import { ExtravirtError } from "../../core/index.ts";
import { geomagneticLatitude, verticalCutoffGV } from "./cutoff-rigidity.ts";
import { atmosphericDepth, REFERENCE, SOLAR_ACTIVITIES } from "./neutron-flux.ts";
import type { FluxPlace, SolarActivity } from "./neutron-flux.ts";

export interface PlaceOptions {
  readonly altitudeMeters: number;
  readonly cutoffRigidityGV?: number;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly solarActivity: SolarActivity;
}

export const PLACE_OPTIONS: Readonly<Record<string, object>> = {
  altitudeMeters: {
    type: "number",
    // The shore of the Dead Sea; the end of the troposphere, to which the barometric formula holds.
    minimum: -430,
    maximum: 11_000,
    default: 0,
    description: "Altitude above sea level",
  },
  cutoffRigidityGV: {
    type: "number",
    minimum: 0,
    maximum: 20,
    description:
      "Vertical geomagnetic cutoff rigidity of the place; default: from latitude, else that of New York City (2.08)",
  },
  latitude: {
    type: "number",
    minimum: -90,
    maximum: 90,
    description: "Degrees north; geomagnetic ones without `longitude`",
  },
  longitude: { type: "number", minimum: -180, maximum: 360, description: "Degrees east" },
  solarActivity: {
    type: "string",
    enum: SOLAR_ACTIVITIES,
    default: "average",
    description: "Activity of the sun: a quiet one lets more neutrons through",
  },
};

/** @throws XV_ERR_ARRIVAL_PLACE where the options contradict each other. */
export function fluxPlaceOf(options: PlaceOptions): FluxPlace {
  const { altitudeMeters, cutoffRigidityGV, latitude, longitude, solarActivity } = options;
  if (cutoffRigidityGV !== undefined && latitude !== undefined) {
    throw contradiction("latitude", latitude, "The cutoff rigidity is given twice.", {
      remedy: "Remove `latitude` and `longitude`, or `cutoffRigidityGV`; the latter is more exact.",
    });
  }
  if (longitude !== undefined && latitude === undefined) {
    throw contradiction("longitude", longitude, "A longitude alone is no place.", {
      remedy: "Add `latitude`, or remove `longitude`.",
    });
  }
  return {
    depth: atmosphericDepth(altitudeMeters),
    cutoffRigidityGV: cutoffRigidityGV ?? cutoffAt(latitude, longitude),
    solarActivity,
  };
}

/** "1,609 m, cutoff rigidity 2.80 GV, average solar activity" */
export function placeText(
  { altitudeMeters, latitude }: PlaceOptions,
  { cutoffRigidityGV, solarActivity }: FluxPlace,
): string {
  const rigidity = `cutoff rigidity ${cutoffRigidityGV.toFixed(2)} GV`;
  const source = latitude === undefined ? "" : " (a dipole's)";
  return `${altitudeMeters.toLocaleString("en")} m, ${rigidity}${source}, ${solarActivity} solar activity`;
}

function cutoffAt(latitude: number | undefined, longitude: number | undefined): number {
  if (latitude === undefined) return REFERENCE.cutoffRigidityGV;
  return verticalCutoffGV(
    longitude === undefined ? latitude : geomagneticLatitude(latitude, longitude),
  );
}

function contradiction(
  place: string,
  value: number,
  message: string,
  { remedy }: { readonly remedy: string },
): ExtravirtError {
  return new ExtravirtError("XV_ERR_ARRIVAL_PLACE", message, {
    place,
    value: String(value),
    remedy,
  });
}
