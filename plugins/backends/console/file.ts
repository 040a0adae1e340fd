// Console backend without a user: output goes to a file, input comes from a file or from the config.
import { readFileSync } from "node:fs";
import { type Backend, ExtravirtError } from "../../../core/index.ts";
import { ConsoleScript, SCRIPT_SCHEMA, scriptOption } from "./console-script.ts";
import { OutputFile } from "./output-file.ts";

export const file: Backend = {
  kind: "backend",
  name: "file",
  serves: "console",
  summary: "Console output to a file; input from a file, a text or a script.",
  schema: {
    type: "object",
    properties: {
      output: {
        type: "string",
        description: "File for the output; the first output overwrites it.",
      },
      input: { type: "string", description: "File typed at the start." },
      inputText: { type: "string", description: "Text typed at the start, after `input`." },
      script: SCRIPT_SCHEMA,
    },
    required: ["output"],
    additionalProperties: false,
  },
  paths: ["output", "input"],

  async open(options, context) {
    const { output, input, inputText } = options;
    const inputs: Buffer[] = [];
    if (typeof input === "string") inputs.push(readInput(input));
    if (typeof inputText === "string") inputs.push(Buffer.from(inputText));
    const outputFile = openOutput(String(output));
    const script = new ConsoleScript(scriptOption(options), (bytes) => context.input(bytes));
    let isStarted = false;
    let isBroken = false;
    return {
      facts: {},
      isInteractive: false,
      start() {
        isStarted = true;
        for (const bytes of inputs) if (bytes.length > 0) context.input(bytes);
      },
      output(bytes) {
        try {
          if (!isBroken) outputFile.write(bytes);
        } catch (error) {
          isBroken = true;
          context.logger.error(
            { file: output, error: why(error) },
            "cannot write console output; stopping",
          );
          context.requestStop();
        }
        script.saw(bytes);
      },
      async close() {
        if (!isStarted) {
          outputFile.discard();
          return;
        }
        if (outputFile.isStale) {
          context.logger.warn(
            { file: output },
            "no console output: the file is as it was before the run",
          );
        }
        outputFile.close();
      },
    };
  },
};

function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ExtravirtError(
      "XV_ERR_CONSOLE_INPUT",
      `cannot read the console's input: ${why(cause)}`,
      {
        place: "input",
        value: path,
        remedy: "Correct the path, make the file readable, or leave `input` out.",
        cause,
      },
    );
  }
}

function openOutput(path: string): OutputFile {
  try {
    return new OutputFile(path);
  } catch (cause) {
    throw new ExtravirtError(
      "XV_ERR_CONSOLE_OUTPUT",
      `cannot write the console's output: ${why(cause)}`,
      {
        place: "output",
        value: path,
        remedy: "Correct the path, create its directory, or allow writing there.",
        cause,
      },
    );
  }
}

function why(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
