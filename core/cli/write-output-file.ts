// Writes a result to a file the user named; whether that can work is known before the work is begun.
import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ExtravirtError } from "../api/extravirt-error.ts";

/**
 * @param option that named the file, for the message.
 * @throws XV_ERR_CLI_OUTPUT_FILE
 */
export async function writeOutputFile(option: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw unwritable(option, path, cause);
  }
}

/**
 * Tells at the start what `writeOutputFile` would find out at the end; leaves nothing behind.
 *
 * @throws XV_ERR_CLI_OUTPUT_FILE
 */
export async function checkOutputFile(option: string, path: string): Promise<void> {
  try {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere && (await stat(path)).isDirectory()) throw new Error(`${path} is a directory`);
    await access(isThere ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw unwritable(option, path, cause);
  }
}

function unwritable(option: string, path: string, cause: unknown): ExtravirtError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ExtravirtError("XV_ERR_CLI_OUTPUT_FILE", `The file can't be written: ${reason}.`, {
    place: option,
    value: path,
    remedy: "Name a file in a directory that exists and that you can write to.",
    cause,
  });
}
