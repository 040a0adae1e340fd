// The key that hosts and coordinators of a virtual machine have in common. It stands in a file that only its owner may
// read; it never goes over the wire.
import { readFileSync, statSync } from "node:fs";
import { ExtravirtError } from "../api/extravirt-error.ts";

/** Less could be guessed from a recorded handshake. */
const LEAST_BYTES = 32;
const OTHERS = 0o077;

/** @throws XV_ERR_HOST_KEY_FILE */
export function readKeyFile(path: string, place: string): Uint8Array {
  const refuse = (message: string, remedy: string, cause?: unknown): ExtravirtError =>
    new ExtravirtError("XV_ERR_HOST_KEY_FILE", message, { place, value: path, remedy, cause });
  const make = `Make one: (umask 077; head -c 32 /dev/urandom | base64 > ${path})`;
  let text: Buffer;
  let mode: number;
  try {
    text = readFileSync(path);
    ({ mode } = statSync(path));
  } catch (cause) {
    throw refuse(`The key can't be read: ${(cause as Error).message}`, make, cause);
  }
  if ((mode & OTHERS) !== 0) {
    throw refuse("Others than its owner may read the key.", `chmod 600 ${path}`);
  }
  // The line end that an editor adds is no part of it.
  const key = text.subarray(0, text.length - (text.at(-1) === 0x0a ? 1 : 0));
  if (key.length < LEAST_BYTES) {
    throw refuse(`The key has ${key.length} bytes, fewer than ${LEAST_BYTES}.`, make);
  }
  return key;
}
