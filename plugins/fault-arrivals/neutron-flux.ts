// Flux of neutrons above 10 MeV on the ground, relative to New York City at sea level. JEDEC JESD89A (2006), annex A,
// after Gordon et al., "Measurement of the flux and energy spectrum of cosmic-ray induced neutrons on the ground", IEEE
// Transactions on Nuclear Science 51(6), 2004:
//
//   relative flux = F_A(d) F_B(Rc, d)
//   F_A(d)        = exp((1033.2 - d) / 131.3)                              depth of the atmosphere d, in g/cm2
//   F_B quiet     = 1.098 (1 - exp(-a1 / Rc^k1))                           vertical cutoff rigidity Rc, in GV
//   F_B active    = 1.098 (1 - exp(-a2 / Rc^k2)) (1 - exp(-a1 / 50^k1)) / (1 - exp(-a2 / 50^k2))
//   a1 = exp(1.84 + 0.094 h - 0.09 exp(-11 h))       k1 = 1.4 - 0.56 h + 0.24 exp(-8.8 h)
//   a2 = exp(1.93 + 0.15 h - 0.18 exp(-10 h))        k2 = 1.32 - 0.49 h + 0.18 exp(-9.5 h)
//   h  = 0.000980665 d                                                     pressure, in bar
//
// 1.098 makes the mean of a quiet and an active sun 1 at the reference.

/** Where the relative flux is 1: New York City, sea level. */
export const REFERENCE = { depth: 1033.2, cutoffRigidityGV: 2.08 } as const;
const ATTENUATION_LENGTH = 131.3;
const NORMALISATION = 1.098;
/** Where solar activity no longer makes a difference, in GV. */
const UNMODULATED_GV = 50;
const BAR_PER_DEPTH = 0.000980665;

export const SOLAR_ACTIVITIES = ["quiet", "average", "active"] as const;
export type SolarActivity = (typeof SOLAR_ACTIVITIES)[number];

export interface FluxPlace {
  /** Mass of air above a square centimetre, in grams. */
  readonly depth: number;
  readonly cutoffRigidityGV: number;
  readonly solarActivity: SolarActivity;
}

export function relativeNeutronFlux({ depth, cutoffRigidityGV, solarActivity }: FluxPlace): number {
  const altitudeFactor = Math.exp((REFERENCE.depth - depth) / ATTENUATION_LENGTH);
  const { quiet, active } = rigidityFactors(cutoffRigidityGV, depth);
  const factor = { quiet, active, average: (quiet + active) / 2 }[solarActivity];
  return altitudeFactor * factor;
}

function rigidityFactors(
  rigidity: number,
  depth: number,
): { readonly quiet: number; readonly active: number } {
  const h = BAR_PER_DEPTH * depth;
  const quiet = transmission(
    Math.exp(1.84 + 0.094 * h - 0.09 * Math.exp(-11 * h)),
    1.4 - 0.56 * h + 0.24 * Math.exp(-8.8 * h),
  );
  const active = transmission(
    Math.exp(1.93 + 0.15 * h - 0.18 * Math.exp(-10 * h)),
    1.32 - 0.49 * h + 0.18 * Math.exp(-9.5 * h),
  );
  return {
    quiet: NORMALISATION * quiet(rigidity),
    active: (NORMALISATION * active(rigidity) * quiet(UNMODULATED_GV)) / active(UNMODULATED_GV),
  };
}

/** Dorman's function: the share of the flux that primaries above a cutoff bring. At a cutoff of 0 it is 1. */
function transmission(a: number, k: number): (rigidity: number) => number {
  return (rigidity) => 1 - Math.exp(-a / rigidity ** k);
}

/**
 * U.S. Standard Atmosphere 1976, troposphere: T = 288.15 K - 6.5 K/km, p = 101,325 Pa (T / 288.15 K)^5.25588; the depth
 * is the pressure over standard gravity.
 * @param altitudeMeters up to 11,000, where the troposphere ends.
 */
export function atmosphericDepth(altitudeMeters: number): number {
  const pressure = 101_325 * (1 - (0.0065 * altitudeMeters) / 288.15) ** 5.25588;
  // Pa / (m/s2) = kg/m2; a kg/m2 is 0.1 g/cm2.
  return (pressure / 9.80665) * 0.1;
}
