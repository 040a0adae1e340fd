// Follows `extends`: a config lies over the configs it names, the later over the earlier.
import { resolve } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { fileLabel, readConfigFile } from "./read-config-file.ts";
import { isList, isMap, toPlain, valueText } from "./sourced-value.ts";
import type { Sourced } from "./sourced-value.ts";

/**
 * @param file absolute path of the config.
 * @returns its layers, lowest first, without their `extends`.
 * @throws XV_ERR_CONFIG_EXTENDS_CYCLE, and what reading a file throws.
 */
export async function readLayers(file: string, cwd: string): Promise<readonly Sourced[]> {
  return layersOf(file, cwd, [], undefined);
}

async function layersOf(
  file: string,
  cwd: string,
  chain: readonly string[],
  namedBy: string | undefined,
): Promise<readonly Sourced[]> {
  if (chain.includes(file)) {
    const circle = [...chain.slice(chain.indexOf(file)), file].map((name) => fileLabel(name, cwd));
    throw new ExtravirtError(
      "XV_ERR_CONFIG_EXTENDS_CYCLE",
      "Configs extend each other in a circle.",
      {
        ...(namedBy === undefined ? {} : { place: namedBy }),
        value: circle.join(" -> "),
        remedy: "Remove one of these `extends`.",
      },
    );
  }
  const content = await readConfigFile(file, cwd, namedBy);
  const layers: Sourced[] = [];
  for (const base of extendsOf(content)) {
    const baseFile = resolve(content.origin.directory, base);
    const place = `${content.origin.label}: extends`;
    layers.push(...(await layersOf(baseFile, cwd, [...chain, file], place)));
  }
  return [...layers, withoutExtends(content)];
}

function extendsOf(content: Sourced): readonly string[] {
  const named = isMap(content) ? content.value.get("extends") : undefined;
  if (named === undefined || named.value === null) return [];
  const list = isList(named) ? named.value : [named];
  return list.map((item) => {
    if (typeof item.value === "string" && item.value !== "") return item.value;
    throw new ExtravirtError("XV_ERR_CONFIG_VALUE", "`extends` takes a path or a list of paths.", {
      place: `${item.origin.label}: extends`,
      value: valueText(toPlain(named)),
      remedy: "Name the config to build on, for example extends: ./debian-solo.yaml",
    });
  });
}

function withoutExtends(content: Sourced): Sourced {
  if (!isMap(content)) return content;
  const entries = new Map(content.value);
  entries.delete("extends");
  return { origin: content.origin, value: entries };
}
