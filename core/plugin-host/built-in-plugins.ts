// Finds the plugins that come with ExtraVirt without the core knowing any: they are listed in plugins/index, and those
// that replicas need in plugins/in-replicas, which are imported by address at run time.
import type { Plugin } from "../api/plugin.ts";
import { checkPlugin, importPlugin } from "./load-plugins.ts";

/** ".ts" when run from the sources, ".js" from the published build. */
const EXTENSION: string = import.meta.url.slice(import.meta.url.lastIndexOf("."));

/** A module whose `builtInPlugins` lists them: plugin objects or URLs of plugin modules, in order of registration. */
const listNamed = (name: string): string =>
  new URL(`../../plugins/${name}${EXTENSION}`, import.meta.url).href;
const LIST: string = listNamed("index");
export const REPLICA_LIST: string = listNamed("in-replicas");

export async function loadBuiltInPlugins(list: string = LIST): Promise<readonly Plugin[]> {
  const module = (await import(list)) as { readonly builtInPlugins: readonly (string | Plugin)[] };
  const plugins: Plugin[] = [];
  for (const entry of module.builtInPlugins) {
    plugins.push(typeof entry === "string" ? await importPlugin(entry) : checkPlugin(entry, list));
  }
  return plugins;
}
