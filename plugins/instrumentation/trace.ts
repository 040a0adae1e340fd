// Writes down every step of a window, one line each:
//
//   step hart privilege pc [symbol] instruction [register=value] [!trap]
//
// Inside the window the machine runs step by step; outside of it nothing is different from a run without a trace.
import {
  type ExecutedStep,
  ExtravirtError,
  type InstrumentationProvider,
} from "../../core/index.ts";

/** Characters that are handed over at once. */
const CHUNK = 65_536;
const DISASSEMBLY_WIDTH = 28;

export const trace: InstrumentationProvider = {
  kind: "instrumentation",
  name: "trace",
  summary: "Writes down the instructions of a window of steps, disassembled, with what they write",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["from", "to"],
    properties: {
      from: { type: "integer", minimum: 0, description: "First step, counted from power-on" },
      to: { type: "integer", minimum: 1, description: "Step before which the window ends" },
      file: {
        type: "string",
        description:
          "File for the trace, with the replica's number after its name where there are several; default: standard error",
      },
    },
  },
  paths: ["file"],

  create(options, { nameAddress, note }) {
    const window = windowOf(options);
    let lines = "";
    let steps = 0;
    const flush = (): void => {
      if (lines !== "") note(lines);
      lines = "";
    };
    return {
      window,
      stepped(step, executed) {
        steps += 1;
        lines += lineOf(step, executed, nameAddress(executed.pc));
        if (lines.length >= CHUNK || step + 1 >= window.to) flush();
      },
      result() {
        flush();
        return {
          lines: [`${steps} steps from ${window.from} on`],
          data: { ...window, steps },
        };
      },
    };
  },

  noteFile(options) {
    windowOf(options);
    return options["file"] as string | undefined;
  },
};

/** @throws XV_ERR_INSTRUMENT_WINDOW */
function windowOf(options: Readonly<Record<string, unknown>>): {
  readonly from: number;
  readonly to: number;
} {
  const [from, to] = [options["from"] as number, options["to"] as number];
  if (from < to) return { from, to };
  throw new ExtravirtError("XV_ERR_INSTRUMENT_WINDOW", "The window of the trace is empty.", {
    place: "instrumentation: to",
    value: `${from}-${to}`,
    remedy: "Name a last step behind the first one; the step `to` itself is not traced.",
  });
}

function lineOf(step: number, executed: ExecutedStep, symbol: string | undefined): string {
  const { hart, privilege, pc, kind, disassembly, word, written } = executed;
  const instruction = word === undefined ? "(not fetched)" : disassembly;
  const what = kind === "interrupted" ? "(interrupt)" : instruction;
  const outcome =
    kind === "trapped" ? "!trap" : written && `${written.name}=0x${hexadecimal(written.value)}`;
  const place = symbol === undefined ? "" : ` <${symbol}>`;
  const start = `${step} ${hart} ${privilege} 0x${hexadecimal(pc)}${place} `;
  return `${start}${outcome === undefined ? what : `${what.padEnd(DISASSEMBLY_WIDTH)} ${outcome}`}\n`;
}

function hexadecimal(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16);
}
