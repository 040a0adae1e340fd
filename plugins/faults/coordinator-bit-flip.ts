// Flipped bits in a structure of the coordinator, which exists once: nothing else computes the same to compare it with.
import {
  COORDINATOR_MOMENTS,
  COORDINATOR_STRUCTURES,
  type CoordinatorMoment,
  type CoordinatorStructure,
  type FaultModel,
} from "../../core/index.ts";
import { bitsOf, WIDTH } from "./fault-bits.ts";

const MAX_NUMBER = 2 ** 32 - 1;

export const coordinatorBitFlip: FaultModel = {
  kind: "fault",
  name: "coordinator-bit-flip",
  summary: "Flips bits in the coordinator's own state: its log, verdicts, page maps, outputs ...",
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["structure", "entry", "bit"],
    properties: {
      structure: {
        type: "string",
        enum: COORDINATOR_STRUCTURES,
        description: "What is hit",
      },
      entry: {
        type: "integer",
        minimum: 0,
        maximum: MAX_NUMBER,
        description: "Which value of it, counted round from 0",
      },
      bit: {
        type: "integer",
        minimum: 0,
        maximum: MAX_NUMBER,
        description: "Which bit of the value, counted round from 0",
      },
      ...WIDTH,
      when: {
        type: "string",
        enum: ["any", ...COORDINATOR_MOMENTS],
        default: "any",
        description:
          "Where in the coordinator's loop; any: at the first place where there is such a value",
      },
    },
  },
  isInfrastructure: true,
  inject: () => undefined,
  ofCoordinator: {
    strikeState(options, { moment, cells }) {
      const { when = "any", entry } = options;
      if (when !== "any" && (when as CoordinatorMoment) !== moment) return undefined;
      const structure = options["structure"] as CoordinatorStructure;
      const there = cells(structure);
      const cell = there[(entry as number) % there.length];
      if (cell === undefined) return undefined;
      const { bit, width } = bitsOf(options);
      const first = bit % cell.bits;
      const what = cell.flip(first, Math.min(width, cell.bits));
      return `${structure} (${moment}): ${cell.name} bit ${first}: ${what}`;
    },
  },
};
