// A console backend for tests: input from its options, one chunk after each given amount of output; outputs are
// observed through hooks.
import { API_VERSION, type Backend, type Plugin } from "../../../core/index.ts";

const testConsole: Backend = {
  kind: "backend",
  name: "test-console",
  summary: "Feeds text after so many bytes of output",
  serves: "console",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: { input: { type: "array" } },
  },
  open(options, context) {
    const steps = [...((options["input"] ?? []) as { after: number; text: string }[])];
    let seen = 0;
    const feed = (): void => {
      for (let step = steps[0]; step !== undefined && step.after <= seen; step = steps[0]) {
        steps.shift();
        context.input(Buffer.from(step.text));
      }
    };
    return Promise.resolve({
      facts: {},
      isInteractive: false,
      start: feed,
      output(bytes) {
        seen += bytes.length;
        feed();
      },
      close: () => Promise.resolve(),
    });
  },
};

const plugin: Plugin = {
  name: "test-console",
  apiVersion: API_VERSION,
  provide: (registry) => registry.register(testConsole),
};

export default plugin;
