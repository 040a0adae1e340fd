// What `--set option=value` and `--fault model:option=value,...` mean: values are JSON where they can be, else text.
import { ExtravirtError } from "../api/extravirt-error.ts";
import { merge } from "./merge-configs.ts";
import { isList, isMap, sourced } from "./sourced-value.ts";
import type { Origin, Sourced } from "./sourced-value.ts";

/** Numbers (also 0x10 and 1_000_000), true, false, null, JSON lists, objects and strings; anything else is text. */
export function parseValue(text: string): unknown {
  const digits = text.replaceAll(/(?<=[\da-f])_(?=[\da-f])/gi, "");
  if (/^0x[\da-f]+$/i.test(digits)) return Number(digits);
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(digits)) return Number(digits);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Applies one `--set machine.harts=2`. List items are numbered: `machine.devices.0.id=disk`. */
export function applyOverride(root: Sourced, text: string, directory: string): Sourced {
  const split = text.indexOf("=");
  const dotted = text.slice(0, Math.max(split, 0)).replaceAll(/\[(\d+)\]/g, ".$1");
  const path = dotted.split(".");
  if (path.includes("")) {
    throw new ExtravirtError("XV_ERR_CLI_OVERRIDE", "An override is written option=value.", {
      place: "--set",
      value: text,
      remedy: "Write for example --set machine.harts=2 or --set checkpoint.use=never.",
    });
  }
  const origin = { label: `--set ${text}`, directory };
  const written = text.slice(split + 1);
  // The provider called "null" is meant by `console.use=null`, no value by `console=null`.
  const value = path.at(-1) === "use" ? written : parseValue(written);
  return setAt(root, path, sourced(value, origin), text);
}

function setAt(node: Sourced | undefined, path: string[], leaf: Sourced, text: string): Sourced {
  const [step, ...rest] = path;
  if (step === undefined) return merge(node, leaf);
  if (isList(node)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index < 0 || index > node.value.length) {
      throw new ExtravirtError("XV_ERR_CLI_OVERRIDE", `"${step}" is no item of this list.`, {
        place: `--set ${text}`,
        value: step,
        remedy: `Number the items from 0 to ${Math.max(node.value.length - 1, 0)}.`,
      });
    }
    const items = [...node.value];
    items[index] = setAt(items[index], rest, leaf, text);
    return { origin: node.origin, value: items };
  }
  const entries = isMap(node)
    ? new Map(node.value)
    : new Map<string, Sourced>(typeof node?.value === "string" ? [["use", node]] : []);
  const isReset = rest.length === 0 && leaf.value === null;
  // Another provider is another slot: the options of the old one go with it, as with `extends`.
  const isOtherProvider =
    step === "use" &&
    rest.length === 0 &&
    entries.has("use") &&
    entries.get("use")!.value !== leaf.value;
  if (isReset) entries.delete(step);
  else if (isOtherProvider) return { origin: leaf.origin, value: new Map([["use", leaf]]) };
  else entries.set(step, setAt(entries.get(step), rest, leaf, text));
  return { origin: node?.origin ?? leaf.origin, value: entries };
}

/**
 * Reads `register-bit-flip:replica=1,at=1000000,register=x5,bit=3`. Lists and maps are written as JSON,
 * `replica=[0,1]`, or a map's options one by one, `repeat.times=3`.
 */
export function parseFault(text: string, directory: string): Sourced {
  const [use, ...rest] = text.split(":");
  const origin: Origin = { label: `--fault ${text}`, directory };
  if (use === undefined || !/^[a-z][a-z\d-]*$/.test(use)) throw faultSyntax(text, use ?? "");
  let fault = sourced({ use }, origin);
  const options = rest.join(":");
  for (const option of options === "" ? [] : splitOptions(options)) {
    const split = option.indexOf("=");
    const path = option.slice(0, Math.max(split, 0)).trim().split(".");
    if (path.includes("")) throw faultSyntax(text, option);
    fault = setAt(fault, path, sourced(parseValue(option.slice(split + 1).trim()), origin), text);
  }
  return fault;
}

/** At commas, but for those inside of lists and maps. */
function splitOptions(text: string): string[] {
  const options: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if ("[{".includes(character)) depth += 1;
    else if ("]}".includes(character)) depth -= 1;
    else if (character === "," && depth <= 0) {
      options.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...options, text.slice(from)];
}

function faultSyntax(text: string, part: string): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CLI_FAULT_SPEC",
    `A fault is written model:option=value,option=value; "${part}" does not fit.`,
    {
      place: "--fault",
      value: text,
      remedy: "Write for example --fault register-bit-flip:replica=1,at=1000000,register=x5,bit=3.",
    },
  );
}

/** Reads `1000-2000` and `1000-2000:trace.txt`: an instrument that traces a window of steps, its end not included. */
export function parseTrace(text: string, directory: string): Sourced {
  const [, from, to, file] = /^([\d_]+)-([\d_]+)(?::(.+))?$/.exec(text) ?? [];
  if (from === undefined || to === undefined) {
    throw new ExtravirtError(
      "XV_ERR_CLI_TRACE",
      "A trace is written FROM-TO or FROM-TO:FILE, with steps since power-on.",
      {
        place: "--trace",
        value: text,
        remedy: "Write for example --trace 1000-2000 or --trace 5_000_000-5_001_000:trace.txt.",
      },
    );
  }
  const window = { use: "trace", from: parseValue(from), to: parseValue(to) };
  const origin = { label: `--trace ${text}`, directory };
  return sourced(file === undefined ? window : { ...window, file }, origin);
}

/** Adds the items of the command line to those of a list of the config. */
export function addItems(
  root: Sourced,
  list: "faults" | "instrumentation",
  items: readonly Sourced[],
): Sourced {
  const [first] = items;
  if (first === undefined || !isMap(root)) return root;
  const configured = root.value.get(list);
  const value = [...(isList(configured) ? configured.value : []), ...items];
  const origin = configured?.origin ?? first.origin;
  return { origin: root.origin, value: new Map(root.value).set(list, { origin, value }) };
}
