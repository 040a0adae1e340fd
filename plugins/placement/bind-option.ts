// The option that binds replicas to processor cores of the host.
import type { PlacementPlan } from "../../core/index.ts";

export const bindOption = {
  bind: {
    type: ["boolean", "array"],
    items: { type: "integer", minimum: 0 },
    minItems: 1,
    uniqueItems: true,
    default: false,
    description:
      "Binds replicas to host cores, by core: a list of them, or true for those that the process may use, in order; false leaves it to the host's scheduler",
  },
} as const;

export function bindOf({
  bind = false,
}: Readonly<Record<string, unknown>>): Pick<PlacementPlan, "bind"> {
  return bind === false ? {} : { bind: bind as true | readonly number[] };
}
