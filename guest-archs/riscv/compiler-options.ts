// When hot code is compiled, and how much of it is kept: options of the platform.
import type { Engine, OptionsSchema } from "../../core/index.ts";
import { RECORD_USE } from "../engine/record-layout.ts";

export interface CompilerOptions {
  readonly compileAfterJumps: number;
  readonly maxCompiledInstructions: number;
}

/** Compiling an instruction costs as much as interpreting it some thousand times (bench section `speed`). */
const DEFAULT_JUMPS = 3000;
const DEFAULT_INSTRUCTIONS = 400_000;

export const COMPILER_SCHEMA: OptionsSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    compileAfterJumps: {
      type: "integer",
      minimum: 0,
      maximum: RECORD_USE.firstRow - 1,
      default: DEFAULT_JUMPS,
      description: "Jumps to an instruction after which it is compiled; 0 interprets everything",
    },
    maxCompiledInstructions: {
      type: "integer",
      minimum: 1,
      default: DEFAULT_INSTRUCTIONS,
      description: "Compiled instructions that are kept; past it compiling starts afresh",
    },
  },
};

/** @param options as checked against COMPILER_SCHEMA @param engine that the replica has to use, whatever they say */
export function compilerOptions(
  options: Readonly<Record<string, unknown>>,
  engine?: Engine,
): CompilerOptions {
  const jumps = (options["compileAfterJumps"] ?? DEFAULT_JUMPS) as number;
  const isNever = engine === "interpreted";
  return {
    compileAfterJumps: isNever ? 0 : engine === "compiled" && jumps === 0 ? DEFAULT_JUMPS : jumps,
    maxCompiledInstructions: (options["maxCompiledInstructions"] ?? DEFAULT_INSTRUCTIONS) as number,
  };
}
