// The root logger (pino). Everything goes to stderr, since stdout is the guest's console: one plain line per message
// for people, or JSON lines for machines. Children carry { plugin } and { replica }.
import { pino } from "pino";
import type { Logger as PinoLogger } from "pino";
import type { Config } from "./api/config.ts";

export interface LoggerOptions {
  /** JSON lines instead of plain text. */
  readonly isJson?: boolean;
  /** Takes whole lines with their line feed; default: stderr. */
  readonly write?: (line: string) => void;
}

/** A pino logger: a `Logger` that can also make children. */
export function createLogger(
  level: Config["log"]["level"],
  options: LoggerOptions = {},
): PinoLogger {
  const write = options.write ?? ((line: string): void => void process.stderr.write(line));
  const stream = { write: options.isJson ? write : (line: string): void => write(plainLine(line)) };
  return pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    stream,
  );
}

/** "12:00:00.123 warn  [replica 1] message (step=17)" from pino's JSON. */
export function plainLine(json: string): string {
  const { level, time, msg, plugin, replica, err, ...fields } = JSON.parse(json) as Record<
    string,
    unknown
  >;
  const speaker = [
    ...(plugin === undefined ? [] : [String(plugin)]),
    ...(replica === undefined ? [] : [`replica ${String(replica)}`]),
  ].join(", ");
  const details = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const reason = (err as { readonly message?: string } | undefined)?.message;
  if (reason !== undefined) details.push(`error=${reason}`);
  return [
    String(time).slice("2026-01-01T".length, -1),
    String(level).padEnd("error".length),
    ...(speaker === "" ? [] : [`[${speaker}]`]),
    String(msg ?? ""),
    ...(details.length === 0 ? [] : [`(${details.join(", ")})`]),
  ]
    .join(" ")
    .concat("\n");
}
