// Vertical cutoff rigidity in a dipole field: Stoermer's R = (c B a / 4) cos^4(geomagnetic latitude) on the ground
// (Stoermer, "The Polar Aurora", 1955; Smart and Shea, Advances in Space Research 36, 2005). The dipole is that of the
// first three coefficients of the IGRF-13 for 2020 (Alken et al., Earth, Planets and Space 73:49, 2021).
//
// A rough value: trajectories traced through the real field differ from it by up to some tenths of its value, and more
// where the field is least like a dipole. Who knows the rigidity of a place should say it.

/** Gauss coefficients, in nT. */
const G10 = -29_404.8;
const G11 = -1450.9;
const H11 = 4652.5;
const EARTH_RADIUS_M = 6_371_200;
const LIGHT_SPEED = 299_792_458;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

const EQUATORIAL_TESLA = Math.hypot(G10, G11, H11) * 1e-9;
/** On the dipole's equator; V = c B a, so that a rigidity comes out in volts. */
const EQUATORIAL_CUTOFF_GV = (LIGHT_SPEED * EQUATORIAL_TESLA * EARTH_RADIUS_M) / 4 / 1e9;
/** Of the pole in the northern hemisphere. */
const POLE_LATITUDE = Math.atan2(-G10, Math.hypot(G11, H11));
const POLE_LONGITUDE = Math.atan2(-H11, -G11);

/** In degrees, of a place given in degrees north and east. */
export function geomagneticLatitude(latitude: number, longitude: number): number {
  const sine =
    Math.sin(radians(latitude)) * Math.sin(POLE_LATITUDE) +
    Math.cos(radians(latitude)) *
      Math.cos(POLE_LATITUDE) *
      Math.cos(radians(longitude) - POLE_LONGITUDE);
  return (Math.asin(sine) * 180) / Math.PI;
}

export function verticalCutoffGV(geomagneticLatitudeDegrees: number): number {
  return EQUATORIAL_CUTOFF_GV * Math.cos(radians(geomagneticLatitudeDegrees)) ** 4;
}
