// Reproducible draws of points of a fault space. The replica has a stream of its own: variants with another number of
// replicas get the same faults.
import { RandomStream } from "../../core/index.ts";
import type { FaultConfig, FaultSpace, SpacePart } from "../../core/index.ts";

const POINTS = 0;
const REPLICAS = 1;

export class PointStream {
  readonly #points: RandomStream;
  readonly #replicas: RandomStream;
  readonly #space: FaultSpace;

  constructor(seed: number, space: FaultSpace) {
    this.#points = new RandomStream(seed, POINTS);
    this.#replicas = new RandomStream(seed, REPLICAS);
    this.#space = space;
  }

  /** Index of an item, drawn in proportion to weights. */
  pick(weights: readonly number[]): number {
    return this.#points.weighted(weights);
  }

  draw(part: SpacePart): FaultConfig {
    const { firstStep, endStep, replicas } = this.#space;
    const site = part.siteAt(this.#points.below(part.sites));
    const at = firstStep + this.#points.below(endStep - firstStep);
    // Drawn for faults of the coordinator, too: what follows does not depend on models.
    const replica = replicas[this.#replicas.below(replicas.length)]!;
    const struck = part.model.ofCoordinator === undefined ? { replica } : {};
    return { use: part.model.name, ...struck, at, ...site };
  }
}
