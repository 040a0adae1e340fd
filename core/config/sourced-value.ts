// A config value that remembers which file named each part of it, so that messages point to the right file and
// relative paths belong to the file that wrote them, also through `extends`.
import { ExtravirtError } from "../api/extravirt-error.ts";

/** Where a value was written. */
export interface Origin {
  /** As the user knows it: "configs/a.yaml", "--set machine.harts=2". */
  readonly label: string;
  /** Absolute directory that relative paths start from. */
  readonly directory: string;
}

type Scalar = string | number | boolean | null;
export type SourcedMap = ReadonlyMap<string, Sourced>;

export interface Sourced {
  readonly origin: Origin;
  readonly value: Scalar | readonly Sourced[] | SourcedMap;
}

/** Steps from the root of a config to an option. */
export type OptionPath = readonly (string | number)[];

/** "machine.devices[0].backend"; "(top level)" for the root. */
export function pathText(path: OptionPath): string {
  if (path.length === 0) return "(top level)";
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return text.startsWith(".") ? text.slice(1) : text;
}

/** A value as shown in messages: JSON, cut to a readable length. */
export function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const MAX_CHARACTERS = 80;
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
}

export function isMap(node: Sourced | undefined): node is Sourced & { readonly value: SourcedMap } {
  return node?.value instanceof Map;
}

export function isList(
  node: Sourced | undefined,
): node is Sourced & { readonly value: readonly Sourced[] } {
  return Array.isArray(node?.value);
}

/**
 * Marks plain data with its origin.
 * @throws XV_ERR_CONFIG_VALUE for what is not plain data (functions and the like, possible in TypeScript configs).
 */
export function sourced(value: unknown, origin: Origin, path: OptionPath = []): Sourced {
  if (value instanceof Date) return { origin, value: value.toISOString() };
  if (Array.isArray(value)) {
    return { origin, value: value.map((item, index) => sourced(item, origin, [...path, index])) };
  }
  if (isPlainObject(value)) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return {
      origin,
      value: new Map(
        entries.map(([key, item]) => [key, sourced(spelled(key, item), origin, [...path, key])]),
      ),
    };
  }
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
    return { origin, value: value as Scalar };
  }
  throw new ExtravirtError("XV_ERR_CONFIG_VALUE", `A ${typeof value} is not plain data.`, {
    place: `${origin.label}: ${pathText(path)}`,
    value: typeof value === "object" ? "an object with a class" : String(value),
    remedy: "Use strings, numbers, booleans, lists and plain objects only.",
  });
}

/** The provider called "null" is meant by `use: null`, which YAML and JSON take for no value. */
function spelled(key: string, item: unknown): unknown {
  return key === "use" && item === null ? "null" : item;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a test runner's) have another Object.prototype, which has no parent either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The plain data again, a fresh copy. */
export function toPlain(node: Sourced): unknown {
  if (isMap(node)) {
    return Object.fromEntries([...node.value].map(([key, item]) => [key, toPlain(item)]));
  }
  return isList(node) ? node.value.map(toPlain) : node.value;
}

/** @returns the node at a path, or undefined. */
export function nodeAt(root: Sourced, path: OptionPath): Sourced | undefined {
  let node: Sourced | undefined = root;
  for (const step of path) {
    if (isMap(node)) node = node.value.get(String(step));
    else if (isList(node)) node = node.value[Number(step)];
    else return undefined;
  }
  return node;
}

/** "file: option" of the nearest part that was written: the option itself, or what should contain it. */
export function placeOf(root: Sourced, path: OptionPath): string {
  let node = root;
  for (let length = 1; length <= path.length; length++) {
    const next = nodeAt(root, path.slice(0, length));
    if (next === undefined) break;
    node = next;
  }
  return `${node.origin.label}: ${pathText(path)}`;
}
