// Draws where a fault strikes: values for the options of a fault model, uniformly over the bits of what the model hits.
//
//   option            drawn from
//   register          the registers, each as often as it has bits
//   address           the bytes of RAM
//   hart              the harts
//   bit               the bits of the register; without one, those of the schema and of the widest integer register
//   other, required   an integer's range, an enumeration, true and false
//
// Optional ones keep their defaults, and what the config fixes stays as it is.
import { ExtravirtError } from "../../core/index.ts";
import type { ArrivalTarget, FaultModel, RegisterAccess } from "../../core/index.ts";
import type { RandomStream } from "./random-stream.ts";

export type Site = Readonly<Record<string, unknown>>;
export type DrawSite = (random: RandomStream) => Site;

interface Property {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

export interface SiteRules {
  /** Options that are not drawn. */
  readonly fixed?: Site;
  readonly groups?: readonly RegisterAccess["group"][];
}

/** @returns what is missing, if the model's options cannot all be drawn. */
export function undrawable(
  model: FaultModel,
  target: ArrivalTarget,
  { fixed = {}, groups }: SiteRules = {},
): string | undefined {
  return openOptions(model, fixed).find(([name, property]) => {
    if (name === "register") return registersOf(target, groups).length === 0;
    return drawerOf(name, property, target) === undefined;
  })?.[0];
}

/**
 * @param optionName of the arrival that chose the model, for messages.
 * @throws XV_ERR_ARRIVAL_MODEL_OPTIONS
 */
export function siteDrawer(
  model: FaultModel,
  target: ArrivalTarget,
  rules: SiteRules,
  optionName: string,
): DrawSite {
  const { fixed = {}, groups } = rules;
  const missing = undrawable(model, target, rules);
  if (missing !== undefined) throw cannotDraw(model, missing, optionName);
  const registers = registersOf(target, groups);
  const widths = registers.map(({ bits }) => bits);
  const open = openOptions(model, fixed);
  const isOpen = (name: string): boolean => open.some(([option]) => option === name);
  const others = open.filter(([name]) => name !== "register" && name !== "bit");
  const bitRange = rangeOf(Object.entries(model.schema.properties).find(([n]) => n === "bit")?.[1]);
  return (random) => {
    const site: Record<string, unknown> = { ...fixed };
    if (isOpen("register")) site["register"] = registers[random.weighted(widths)]!.name;
    for (const [name, property] of others) {
      site[name] = drawerOf(name, property, target)!(random);
    }
    if (isOpen("bit")) {
      const width = widthAt(site, target);
      const bits = Math.min(bitRange?.count ?? width, width);
      site["bit"] = (bitRange?.first ?? 0) + random.below(bits);
    }
    return site;
  };
}

function openOptions(model: FaultModel, fixed: Site): readonly (readonly [string, Property])[] {
  const { properties, required = [] } = model.schema;
  return Object.entries(properties as Readonly<Record<string, Property>>).filter(
    ([name, property]) =>
      required.includes(name) && property.default === undefined && fixed[name] === undefined,
  );
}

function drawerOf(
  name: string,
  property: Property,
  target: ArrivalTarget,
): ((random: RandomStream) => unknown) | undefined {
  if (name === "address") return (random) => target.ramBase + random.below(target.ramBytes);
  if (name === "hart") return (random) => random.below(target.harts);
  if (name === "bit") return (random) => random.below(widthAt({}, target));
  const choices = property.enum;
  if (choices !== undefined) return (random) => choices[random.below(choices.length)];
  if (property.type === "boolean") return (random) => random.below(2) === 1;
  const range = rangeOf(property);
  return range && ((random) => range.first + random.below(range.count));
}

function rangeOf(
  property: unknown,
): { readonly first: number; readonly count: number } | undefined {
  const { type, minimum, maximum } = (property ?? {}) as Property;
  if (type !== "integer" || minimum === undefined || maximum === undefined) return undefined;
  return { first: minimum, count: maximum - minimum + 1 };
}

/** Bits of the register struck; of the widest integer register where none is named, such as those of a result. */
function widthAt(site: Site, { registers }: ArrivalTarget): number {
  const struck = registers.find(({ name }) => name === site["register"]);
  if (struck !== undefined) return struck.bits;
  const integers = registers.filter(({ group }) => group === "integer");
  return integers.length === 0 ? 64 : Math.max(...integers.map(({ bits }) => bits));
}

function registersOf(
  { registers }: ArrivalTarget,
  groups: SiteRules["groups"],
): readonly RegisterAccess[] {
  return groups === undefined ? registers : registers.filter(({ group }) => groups.includes(group));
}

function cannotDraw(model: FaultModel, missing: string, optionName: string): ExtravirtError {
  const remedy =
    missing === "register"
      ? "Choose a platform that tells its registers, other register groups, or another fault model."
      : `Fix it: \`{ use: ${model.name}, ${missing}: ... }\`; or leave this model out.`;
  return new ExtravirtError(
    "XV_ERR_ARRIVAL_MODEL_OPTIONS",
    `The option ${missing} of ${model.name} can't be drawn.`,
    { place: optionName, value: model.name, remedy },
  );
}
