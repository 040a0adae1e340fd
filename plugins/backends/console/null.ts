// Console backend that shows nothing; a script can still answer the guest.
import type { Backend } from "../../../core/index.ts";
import { ConsoleScript, SCRIPT_SCHEMA, scriptOption } from "./console-script.ts";

export const nullConsole: Backend = {
  kind: "backend",
  name: "null",
  serves: "console",
  summary: "Discards console output; no input but that of a script.",
  schema: { type: "object", properties: { script: SCRIPT_SCHEMA }, additionalProperties: false },

  async open(options, context) {
    const script = new ConsoleScript(scriptOption(options), (bytes) => context.input(bytes));
    return {
      facts: {},
      isInteractive: false,
      start() {},
      output: (bytes) => script.saw(bytes),
      async close() {},
    };
  },
};
