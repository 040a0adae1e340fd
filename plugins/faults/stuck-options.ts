// Options of faults that stay.
import type { OptionsSchema } from "../../core/index.ts";

export const STUCK_OPTIONS: OptionsSchema["properties"] = {
  value: { enum: [0, 1], description: "What the bits are stuck at" },
  steps: { type: "integer", minimum: 1, description: "Steps until it passes; without it, never" },
};
