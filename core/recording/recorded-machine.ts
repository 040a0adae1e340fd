// What recordings and incidents have in common when they are read: the machine, its symbols, its memory at points.
import type { GuestSymbol } from "../api/boot-loader.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Registry } from "../api/plugin.ts";
import { loadPluginHost } from "../plugin-host/load-registry.ts";
import type { ContainerReader } from "./container-reader.ts";
import { decodeManifest, pluginUrls, type Manifest } from "./manifest.ts";
import { decodePoint, type SavedPoint } from "./saved-point.ts";

type SymbolEntry = readonly [name: string, address: string, bytes: number];

export function readManifest(reader: ContainerReader): Manifest {
  const block = reader.first("MANI");
  if (block === undefined) throw incomplete(reader.path, "the description of the machine");
  return reader.decode(block, decodeManifest);
}

export function readSymbols(reader: ContainerReader): readonly GuestSymbol[] {
  const block = reader.first("SYMB");
  if (block === undefined) return [];
  return reader.decode(block, (contents) =>
    (JSON.parse(Buffer.from(contents).toString()) as readonly SymbolEntry[]).map(
      ([name, address, bytes]) => ({ name, address: BigInt(`0x${address}`), bytes }),
    ),
  );
}

/** In the order in which the run passed them, without those that it went back behind. */
export function readPoints(reader: ContainerReader): readonly SavedPoint[] {
  let points: SavedPoint[] = [];
  for (const block of reader.blocks) {
    if (block.type === "STAT") points.push(reader.decode(block, decodePoint));
    else if (block.type === "VOID") {
      const from = reader.decode(block, decodeVoid);
      points = points.filter(({ epoch }) => epoch < from);
    }
  }
  if (points.length === 0) throw incomplete(reader.path, "the memory at its start");
  return points;
}

/** @returns the epoch from which on the points before the block are void */
function decodeVoid(contents: Uint8Array): number {
  const { epoch } = JSON.parse(Buffer.from(contents).toString()) as { epoch?: unknown };
  if (typeof epoch === "number" && epoch >= 0) return epoch;
  throw new RangeError("no epoch is named");
}

/**
 * The registry with the plugins that the run had.
 * @param plugins URLs of plugins to load instead of those that the file names
 * @throws XV_ERR_RECORDING_PLUGIN
 */
export async function registryFor(
  manifest: Manifest,
  file: string,
  plugins: readonly string[] | undefined,
): Promise<Registry> {
  if (plugins !== undefined) return (await loadPluginHost(plugins)).registry;
  const urls: string[] = [];
  for (const candidates of pluginUrls(manifest, file))
    urls.push(await firstThatLoads(candidates, file));
  return (await loadPluginHost(urls)).registry;
}

async function firstThatLoads(candidates: readonly string[], file: string): Promise<string> {
  let failure: unknown;
  for (const url of candidates) {
    try {
      await import(url);
      return url;
    } catch (cause) {
      failure = cause;
    }
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new ExtravirtError(
    "XV_ERR_RECORDING_PLUGIN",
    `A plugin that the run had can't be loaded: ${reason}.`,
    {
      place: file,
      value: candidates.at(-1) ?? "",
      remedy: "Name all plugins of the run where they are now: --plugin <name-or-path>.",
      cause: failure,
    },
  );
}

export function incomplete(path: string, what: string): ExtravirtError {
  return new ExtravirtError("XV_ERR_RECORDING_INCOMPLETE", `The file ends before ${what}.`, {
    place: path,
    remedy: "Use a copy that is whole; the run may have been cut off before it began.",
  });
}
