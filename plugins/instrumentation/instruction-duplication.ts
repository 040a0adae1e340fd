// Error detection by duplicated instructions in one instruction stream, as SWIFT does it (Reis, Chang, Vachharajani,
// Rangan and August, "SWIFT: Software Implemented Fault Tolerance", CGO 2005): computations are done twice, on registers
// and on shadow registers, and compared before something leaves the processor; memory is taken to be protected by ECC.
// The compiler of that work is here the transform of semantics: the guest's code is what it is.
import { type InstrumentationProvider } from "../../core/index.ts";
import { DuplicatedSemantics } from "./duplicated-semantics.ts";

export const instructionDuplication: InstrumentationProvider = {
  kind: "instrumentation",
  name: "instruction-duplication",
  summary: "Computes everything twice, compares before stores and jumps, ends a replica that errs",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      controlFlow: {
        type: "boolean",
        default: true,
        description:
          "Follow where the shadow goes and compare it with where execution goes; without it, conditions and targets are compared before they are used",
      },
      checkLoads: {
        type: "boolean",
        default: true,
        description:
          "Compare addresses before loads too; without it a load from a wrong address may trap in the guest before anything is noticed",
      },
    },
  },

  create(options) {
    const checks = {
      controlFlow: options["controlFlow"] !== false,
      loads: options["checkLoads"] !== false,
    };
    return {
      shadow: checks.controlFlow ? "path" : "registers",
      transform:
        ({ name }) =>
        (semantics) =>
        (x) => {
          new DuplicatedSemantics(x, name, checks).emit(semantics);
        },
      started: ({ shadow }) => shadow?.follow(),
      // Whatever is wrong and was not used yet would be part of the next checkpoint.
      selfCheck({ shadow }) {
        const register = shadow?.difference();
        return register && `register ${register} differs from its shadow at the end of an epoch`;
      },
    };
  },
};
