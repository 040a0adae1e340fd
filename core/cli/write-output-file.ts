// Writes a result to a file the user named.
import { writeFile } from "node:fs/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";

/**
 * @param option that named the file, for the message.
 * @throws XV_ERR_CLI_OUTPUT_FILE
 */
export async function writeOutputFile(option: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ExtravirtError("XV_ERR_CLI_OUTPUT_FILE", `The file can't be written: ${reason}.`, {
      place: option,
      value: path,
      remedy: "Name a file in a directory that exists and that you can write to.",
      cause,
    });
  }
}
