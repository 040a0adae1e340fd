// A plugin as a third party would write it: a checkpoint policy, and a say in how divergences are resolved.
import { API_VERSION, type CheckpointPolicyProvider, type Plugin } from "../../../core/index.ts";

/** Divergences resolved as the config says before the plugin calls it enough. */
const PATIENCE = 3;

const afterOutput: CheckpointPolicyProvider = {
  kind: "checkpoint",
  name: "after-output",
  summary: "A known-good checkpoint once enough was put out, so that little of it is ever replayed",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      outputs: {
        type: "integer",
        minimum: 1,
        default: 16,
        description: "Outputs between checkpoints",
      },
      mostEpochs: {
        type: "integer",
        minimum: 1,
        default: 1000,
        description: "Epochs after which a silent guest gets a checkpoint all the same",
      },
    },
  },
  create(options) {
    const wanted = options["outputs"] as number;
    const mostEpochs = options["mostEpochs"] as number;
    return {
      shouldCheckpoint: ({ outputs, epochs }) => outputs >= wanted || epochs >= mostEpochs,
    };
  },
};

const plugin: Plugin = {
  name: "after-output",
  apiVersion: API_VERSION,
  provide(registry) {
    registry.register(afterOutput);
  },
  apply(vmm) {
    let divergences = 0;
    vmm.hooks.chooseRecovery.tap("after-output", ({ detail }) => {
      divergences++;
      if (divergences <= PATIENCE) return undefined;
      vmm.logger.warn({ divergences, detail }, "too many divergences: the run stops");
      return "fail-stop";
    });
  },
};

export default plugin;
