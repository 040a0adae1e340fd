// A bug of one engine: an instruction whose result is wrong where it is compiled, or where it is interpreted.
import {
  API_VERSION,
  type InstrumentationProvider,
  type Plugin,
  type Semantics,
  withOverrides,
} from "../../../core/index.ts";
import { CompiledSemantics } from "../../../guest-archs/engine/compiler/compiled-semantics.ts";
import { InterpreterSemantics } from "../../../guest-archs/engine/interpreter-semantics.ts";

const BUILDERS = { compiled: CompiledSemantics, interpreted: InterpreterSemantics };

const wrongEngine: InstrumentationProvider = {
  kind: "instrumentation",
  name: "wrong-engine",
  summary: "One engine computes one instruction wrongly",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["engine", "instruction"],
    properties: {
      engine: { enum: ["compiled", "interpreted"] },
      instruction: { type: "string" },
    },
  },
  create: ({ engine, instruction }) => ({
    transform: ({ name }) =>
      name === instruction
        ? (semantics) => (x) =>
            semantics(isOf(x, engine as keyof typeof BUILDERS) ? lowestBitFlipped(x) : x)
        : undefined,
  }),
};

const isOf = (x: object, engine: keyof typeof BUILDERS): boolean => x instanceof BUILDERS[engine];

const lowestBitFlipped = <Services>(x: Semantics<Services>): Semantics<Services> =>
  withOverrides(x, { setRd: (result) => x.setRd(x.xor(result, x.i64(1n))) });

const plugin: Plugin = {
  name: "wrong-engine",
  apiVersion: API_VERSION,
  provide(registry) {
    registry.register(wrongEngine);
  },
};

export default plugin;
