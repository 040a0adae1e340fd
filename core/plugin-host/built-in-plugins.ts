// Finds the plugins that come with ExtraVirt without the core knowing any: they are listed in plugins/index,
// which is imported by address at run time.
import type { Plugin } from "../api/plugin.ts";
import { checkPlugin, importPlugin } from "./load-plugins.ts";

/** ".ts" when run from the sources, ".js" from the published build. */
const EXTENSION: string = import.meta.url.slice(import.meta.url.lastIndexOf("."));

/** The module whose `builtInPlugins` lists them: plugin objects or URLs of plugin modules, in order of registration. */
const LIST: string = new URL(`../../plugins/index${EXTENSION}`, import.meta.url).href;

export async function loadBuiltInPlugins(list: string = LIST): Promise<readonly Plugin[]> {
  const module = (await import(list)) as { readonly builtInPlugins: readonly (string | Plugin)[] };
  const plugins: Plugin[] = [];
  for (const entry of module.builtInPlugins) {
    plugins.push(typeof entry === "string" ? await importPlugin(entry) : checkPlugin(entry, list));
  }
  return plugins;
}
