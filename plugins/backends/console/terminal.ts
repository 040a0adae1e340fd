// Console backend: the user's terminal, or a pipe where stdin or stdout is none.
// A terminal is put into raw mode, so that every key but the escape key goes to the guest, Ctrl-C included.
import type { Writable } from "node:stream";
import type { Backend, BackendContext, OpenBackend } from "../../../core/index.ts";
import { HeldStream } from "../held-stream.ts";
import { ConsoleScript, SCRIPT_SCHEMA, scriptOption } from "./console-script.ts";
import { escapeByte, EscapeFilter } from "./escape-filter.ts";

const DEFAULT_ESCAPE = "Ctrl-A";

/** The streams of a console; the process's own in a run. */
export interface TerminalStreams {
  readonly stdin: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    setRawMode?(isRaw: boolean): unknown;
    unref?(): unknown;
    ref?(): unknown;
  };
  readonly stdout: Writable;
  readonly stderr: NodeJS.WritableStream;
}

export const terminal: Backend = {
  kind: "backend",
  name: "terminal",
  serves: "console",
  summary: "This terminal (raw, leave with Ctrl-A x), or stdin and stdout as pipes.",
  schema: {
    type: "object",
    properties: {
      escape: {
        type: "string",
        pattern: "^Ctrl-[A-Z\\]\\\\^_]$",
        default: DEFAULT_ESCAPE,
        description: "Escape key on a terminal: followed by x it leaves, by h it shows help.",
      },
      script: SCRIPT_SCHEMA,
    },
    additionalProperties: false,
  },
  open: async (options, context) => openTerminal(options, context, process),
};

export function openTerminal(
  options: Readonly<Record<string, unknown>>,
  context: BackendContext,
  streams: TerminalStreams,
): OpenBackend {
  const { stdin, stdout, stderr } = streams;
  const key = typeof options["escape"] === "string" ? options["escape"] : DEFAULT_ESCAPE;
  const script = new ConsoleScript(scriptOption(options), (bytes) => context.input(bytes));
  const filter = new EscapeFilter(escapeByte(key), {
    input: (bytes) => context.input(bytes),
    leave: () => context.requestStop(),
    help: () => void stderr.write(helpText(key)),
  });
  const isTerminal = stdin.isTTY === true && stdin.setRawMode !== undefined;
  const held = new HeldStream(stdout, context);
  let isInputOpen = true;
  let isOutputBroken = false;

  const onData = (chunk: Buffer | string): void => {
    const bytes = Buffer.from(chunk);
    if (isTerminal) filter.typed(bytes);
    else context.input(bytes);
  };
  const onEnd = (): void => {
    isInputOpen = false;
  };
  const onOutputError = (error: Error): void => {
    if (isOutputBroken) return;
    isOutputBroken = true;
    held.drop();
    context.logger.warn({ error: error.message }, "the console's output was closed; stopping");
    context.requestStop();
  };

  return {
    facts: {},
    get isInteractive() {
      return isInputOpen;
    },
    start() {
      stdout.on("error", onOutputError);
      stdin.on("data", onData);
      stdin.once("end", onEnd);
      stdin.once("error", onEnd);
      if (isTerminal) stdin.setRawMode?.(true);
      stdin.ref?.();
      stdin.resume();
    },
    output(bytes) {
      if (!isOutputBroken) held.write(bytes);
      script.saw(bytes);
    },
    async close() {
      isInputOpen = false;
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.off("error", onEnd);
      if (isTerminal) stdin.setRawMode?.(false);
      stdin.pause();
      // An open pipe or terminal must not keep the process alive.
      stdin.unref?.();
      await held.sent(() => !isOutputBroken);
      if (held.unsentBytes > 0 && !isOutputBroken) {
        context.logger.warn(
          { bytes: held.unsentBytes },
          "console output is dropped: it may not leave any more",
        );
      }
      held.drop();
    },
  };
}

function helpText(key: string): string {
  return `\r\n${key} x  leave\r\n${key} h  this help\r\n${key} ${key}  send ${key} to the guest\r\n`;
}
