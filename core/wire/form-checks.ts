// What the form of data that comes from elsewhere is made of. Whoever sent it holds the key or is a process of one's own,
// but may be faulty.
type Fields = Readonly<Record<string, unknown>>;
export type Check = (value: unknown) => boolean;

export const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null;
export const isText: Check = (value) => typeof value === "string";
export const isNumber: Check = (value) => typeof value === "number" && !Number.isNaN(value);
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isFlag: Check = (value) => typeof value === "boolean";
export const isBytes: Check = (value) => value instanceof Uint8Array;
export const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
export const isOptional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
/** A list without holes, and without properties of its own that would stand for those of all lists, as `map` is. */
export const isList =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value) || Object.keys(value).length !== value.length) return false;
    for (const item of value as unknown[]) if (!check(item)) return false;
    return true;
  };
export const hasFields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

/** Data that the other side can't have sent in its right mind. Thrown by who takes messages of a wire, it ends that wire. */
export class WrongMessage extends RangeError {}
