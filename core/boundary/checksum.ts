// The checksum that bytes keep on their way between a backend and a device model: of them, and of whose they are.
import { crc32 } from "node:zlib";

/** @param before checksum of what the same device said before, when the bytes go on with it */
export const checksumOf = (
  channel: string,
  bytes: Uint8Array,
  before: number = crc32(channel),
): number => crc32(bytes, before);
