// All sites of a fault model, in a fixed order: registers and their bits fastest, then the other options.
import type { SiteOptions, Site } from "./site-options.ts";

export interface SiteSpace {
  /** A bit of a register, of a byte, of a result ...: what one fault of the model strikes before a step. */
  readonly sites: number;
  /** @param index from 0, less than `sites` */
  at(index: number): Site;
}

export function siteSpace(options: SiteOptions, fixed: Site): SiteSpace {
  const { registers, bits, widthWithout, others } = options;
  const places = (registers ?? [undefined]).map((register) => ({
    name: register?.name,
    bits: bits?.(register?.bits ?? widthWithout),
  }));
  const ends: number[] = [];
  for (const place of places) ends.push((ends.at(-1) ?? 0) + (place.bits?.count ?? 1));
  const near = ends.at(-1)!;
  return {
    sites: others.reduce((product, [, { count }]) => product * count, near),
    at(index) {
      const site: Record<string, unknown> = { ...fixed };
      const within = index % near;
      const number = ends.findIndex((end) => within < end);
      const { name, bits: range } = places[number]!;
      if (name !== undefined) site["register"] = name;
      if (range !== undefined) site["bit"] = range.at(within - (ends[number - 1] ?? 0));
      let rest = Math.floor(index / near);
      for (const [option, values] of others) {
        site[option] = values.at(rest % values.count);
        rest = Math.floor(rest / values.count);
      }
      return site;
    },
  };
}
