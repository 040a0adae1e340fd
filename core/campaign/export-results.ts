// Results as a file that other programs read.
//
//   csv      RFC 4180: a header, lines that end with CR LF, quotes where needed; absent values are empty
//   json     an array of objects with the same names; absent values are left out
//   parquet  one row group, the same columns; absent values are null
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { StoredResult } from "../api/result-store.ts";
import { RESULT_COLUMNS, type ResultColumn } from "./result-columns.ts";

export const EXPORT_FORMATS = ["csv", "json", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * A file that is there is replaced once the new one is complete.
 * @returns number of results
 * @throws XV_ERR_CLI_OUTPUT_FILE where the file system refuses
 */
export async function exportResults(
  results: AsyncIterable<StoredResult>,
  format: ExportFormat,
  path: string,
): Promise<number> {
  const unfinished = `${path}.unfinished`;
  let count = 0;
  const counted = async function* (): AsyncGenerator<StoredResult> {
    for await (const result of results) {
      count++;
      yield result;
    }
  };
  try {
    if (format === "parquet") await writeParquet(counted(), unfinished);
    else {
      const lines = format === "csv" ? csvLines(counted()) : jsonLines(counted());
      await pipeline(Readable.from(lines), createWriteStream(unfinished));
    }
    await rename(unfinished, path);
  } catch (error) {
    throw exportError(error, path);
  } finally {
    // What keeps it from being written may keep it from being removed.
    await rm(unfinished, { force: true }).catch(() => {});
  }
  return count;
}

/** Node names the system call for whatever the system refuses; results that can't be read have words of their own. */
function exportError(error: unknown, path: string): unknown {
  const { syscall, code, message } = error as NodeJS.ErrnoException;
  if (error instanceof ExtravirtError || syscall === undefined) return error;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new ExtravirtError("XV_ERR_CLI_OUTPUT_FILE", `The file can't be written: ${message}.`, {
    place: "--out",
    value: path,
    remedy: isFull
      ? "Make space, or name a file on another disk."
      : "Name a file in a directory that exists and that you can write to: it is written beside its place first.",
    cause: error,
  });
}

async function* csvLines(results: AsyncIterable<StoredResult>): AsyncGenerator<string> {
  yield csvLine(RESULT_COLUMNS.map(({ name }) => name));
  for await (const result of results) yield csvLine(RESULT_COLUMNS.map(({ of }) => of(result)));
}

function csvLine(values: readonly (string | number | undefined)[]): string {
  const cells = values.map((value) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${cells.join(",")}\r\n`;
}

async function* jsonLines(results: AsyncIterable<StoredResult>): AsyncGenerator<string> {
  let before = "[\n";
  for await (const result of results) {
    const row = Object.fromEntries(RESULT_COLUMNS.map(({ name, of }) => [name, of(result)]));
    yield before + JSON.stringify(row);
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

const PARQUET_TYPES = { text: "STRING", integer: "INT64", number: "DOUBLE" } as const;

async function writeParquet(results: AsyncIterable<StoredResult>, path: string): Promise<void> {
  // Loaded here, since only exports need it.
  const { parquetWriteFile } = await import("hyparquet-writer");
  const columns = RESULT_COLUMNS.map((column) => ({ column, data: [] as unknown[] }));
  for await (const result of results) {
    for (const { column, data } of columns) data.push(parquetValue(column, result));
  }
  parquetWriteFile({
    filename: path,
    columnData: columns.map(({ column: { name, kind }, data }) => ({
      name,
      data,
      type: PARQUET_TYPES[kind],
      nullable: true,
    })),
  });
}

function parquetValue({ kind, of }: ResultColumn, result: StoredResult): unknown {
  const value = of(result);
  if (value === undefined) return null;
  return kind === "integer" ? BigInt(value) : value;
}
