// The options of a fault model that say where it strikes, and the values they range over:
//
//   option            values
//   register          the registers
//   address           the bytes of RAM
//   hart              the harts
//   bit               the bits of the register; without one, those of the schema and of the widest integer register
//   other, required   an integer's range, an enumeration, true and false
//
// Optional ones keep their defaults, and what the config fixes stays as it is.
import type { ArrivalTarget } from "../api/fault-arrival.ts";
import type { FaultModel } from "../api/fault-model.ts";
import type { RegisterAccess } from "../api/processor.ts";

const BYTE_BITS = 8;

export type Site = Readonly<Record<string, unknown>>;

export interface SiteRules {
  /** Options that are not drawn. */
  readonly fixed?: Site;
  readonly groups?: readonly RegisterAccess["group"][];
}

interface SiteValues {
  readonly count: number;
  at(index: number): unknown;
}

export interface SiteOptions {
  /** Undefined where the model names none, or a fixed one. */
  readonly registers: readonly RegisterAccess[] | undefined;
  /** Undefined where the model has no bits, or a fixed one. */
  readonly bits: ((registerBits: number) => SiteValues) | undefined;
  /** Bits of the fixed register; of the widest integer register where the model names none. */
  readonly widthWithout: number;
  readonly others: readonly (readonly [name: string, values: SiteValues])[];
}

interface Property {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

/** @returns the name of an option whose values cannot be told, where there is one. */
export function siteOptions(
  model: FaultModel,
  target: ArrivalTarget,
  { fixed = {}, groups }: SiteRules = {},
): SiteOptions | string {
  const open = openOptions(model, fixed);
  const registers = open.has("register") ? registersOf(target, groups, fixed) : undefined;
  if (registers?.length === 0) return "register";
  const bit = open.get("bit");
  const goesOn = Object.hasOwn(model.schema.properties as object, "address");
  const others: [string, SiteValues][] = [];
  for (const [name, property] of open) {
    if (name === "register" || name === "bit") continue;
    const values = valuesOf(name, property, target, fixed);
    if (values === undefined) return name;
    others.push([name, values]);
  }
  return {
    registers,
    bits: bit && ((registerBits) => bitsOf(bit, registerBits, widthOf(fixed), goesOn)),
    widthWithout: widthAt(fixed["register"], target),
    others,
  };
}

/** Whether faults of a model strike the machine itself, and pass: what is drawn where nobody names models. */
export function isDrawnUnasked({
  isInfrastructure,
  ofCoordinator,
  isPermanent,
}: FaultModel): boolean {
  return isInfrastructure !== true && ofCoordinator === undefined && isPermanent?.({}) !== true;
}

function openOptions({ schema }: FaultModel, fixed: Site): ReadonlyMap<string, Property> {
  const { properties, required = [] } = schema;
  return new Map(
    Object.entries(properties as Readonly<Record<string, Property>>).filter(
      ([name, property]) =>
        required.includes(name) && property.default === undefined && fixed[name] === undefined,
    ),
  );
}

function valuesOf(
  name: string,
  property: Property,
  target: ArrivalTarget,
  fixed: Site,
): SiteValues | undefined {
  if (name === "address") {
    // What is hit may go on in the bytes after it, all of which exist.
    const bits = (lowestBit(fixed) ?? BYTE_BITS - 1) + widthOf(fixed);
    const beyond = Math.ceil(bits / BYTE_BITS) - 1;
    return range(target.ramBase, Math.max(0, target.ramBytes - beyond));
  }
  if (name === "hart") return range(0, target.harts);
  const choices = property.enum;
  if (choices !== undefined) return { count: choices.length, at: (index) => choices[index] };
  if (property.type === "boolean") return { count: 2, at: (index) => index === 1 };
  const { type, minimum, maximum } = property;
  if (type !== "integer" || minimum === undefined || maximum === undefined) return undefined;
  return range(minimum, maximum - minimum + 1);
}

/**
 * The lowest of `width` adjacent bits, all of which exist.
 * @param goesOn in the next byte
 */
function bitsOf(
  { minimum = 0, maximum }: Property,
  registerBits: number,
  width: number,
  goesOn: boolean,
): SiteValues {
  const declared = maximum === undefined ? registerBits : maximum - minimum + 1;
  const lowest = goesOn ? declared : Math.min(declared, registerBits) - (width - 1);
  return range(minimum, Math.max(0, lowest));
}

const range = (first: number, count: number): SiteValues => ({
  count,
  at: (index) => first + index,
});

function widthAt(register: unknown, { registers }: ArrivalTarget): number {
  const struck = registers.find(({ name }) => name === register);
  if (struck !== undefined) return struck.bits;
  const integers = registers.filter(({ group }) => group === "integer");
  return integers.length === 0 ? 64 : Math.max(...integers.map(({ bits }) => bits));
}

/** Those that have the bits that are fixed. */
function registersOf(
  { registers }: ArrivalTarget,
  groups: SiteRules["groups"],
  fixed: Site,
): readonly RegisterAccess[] {
  const bit = lowestBit(fixed);
  const least = bit === undefined ? 0 : bit + widthOf(fixed);
  return registers.filter(
    ({ group, bits }) => bits >= least && (groups === undefined || groups.includes(group)),
  );
}

const lowestBit = ({ bit }: Site): number | undefined =>
  typeof bit === "number" ? bit : undefined;

const widthOf = ({ width }: Site): number => (typeof width === "number" ? width : 1);
