// Every point of the fault space as likely as the weights of the models say, and within a model as likely as any other.
import type { FaultSamplingProvider } from "../../core/index.ts";
import { PointStream } from "./point-stream.ts";
import { strataOf } from "./strata-of.ts";

export const uniform: FaultSamplingProvider = {
  kind: "fault-sampling",
  name: "uniform",
  summary: "Faults drawn uniformly over sites, bits and steps",
  schema: { type: "object", additionalProperties: false, properties: {} },
  plan(_options, space, { seed, count }) {
    const shares = space.parts.map(({ share }) => share);
    const points = new PointStream(seed, space);
    return {
      strata: strataOf(space),
      allocation: "proportional",
      experiments: Array.from({ length: count }, (_, index) => {
        const part = space.parts[points.pick(shares)]!;
        return { index, fault: points.draw(part), stratum: part.name, weight: 1 };
      }),
      notes: [],
    };
  },
};
