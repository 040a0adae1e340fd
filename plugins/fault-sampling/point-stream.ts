// Reproducible draws of points of a fault space. The replica has a stream of its own: variants with another number of
// replicas get the same faults.
import { RandomStream } from "../../core/index.ts";
import type { FaultConfig, FaultSpace, SpacePart } from "../../core/index.ts";
import { faultAt } from "./fault-at.ts";

export class PointStream {
  readonly #points: RandomStream;
  readonly #replicas: RandomStream;
  readonly #space: FaultSpace;

  /** @param number tells streams of one seed apart */
  constructor(seed: number, space: FaultSpace, number: number = 0) {
    this.#points = new RandomStream(seed, 2 * number);
    this.#replicas = new RandomStream(seed, 2 * number + 1);
    this.#space = space;
  }

  /** Index of an item, drawn in proportion to weights. */
  pick(weights: readonly number[]): number {
    return this.#points.weighted(weights);
  }

  below(limit: number): number {
    return this.#points.below(limit);
  }

  replica(): number {
    const { replicas } = this.#space;
    return replicas[this.#replicas.below(replicas.length)]!;
  }

  draw(part: SpacePart): FaultConfig {
    const { firstStep, endStep } = this.#space;
    const site = this.below(part.sites);
    const step = firstStep + this.below(endStep - firstStep);
    // Drawn for faults of the coordinator, too: what follows does not depend on models.
    return faultAt(part, site, step, this.replica());
  }
}
