// Names from a text such as Linux's System.map, which is what `nm` prints: address, type, name.
import type { GuestSymbol } from "../../../core/index.ts";
import { readImageFile } from "./image-file.ts";

/** Code: global, local and weak. */
const LINE = /^([0-9a-f]+) [tTwW] (\S+)/;

export const SYMBOLS_OPTION = {
  type: "string",
  description: "Names of functions for traces and profiles: a System.map, or what nm prints",
} as const;

/** @param path undefined for none */
export async function readSymbolMap(path: string | undefined): Promise<readonly GuestSymbol[]> {
  if (path === undefined) return [];
  const text = Buffer.from(await readImageFile(path, "symbols")).toString("latin1");
  return text.split("\n").flatMap((line) => {
    const [, address, name] = LINE.exec(line) ?? [];
    if (address === undefined || name === undefined || name.startsWith("$")) return [];
    return [{ name, address: BigInt(`0x${address}`), bytes: 0 }];
  });
}
