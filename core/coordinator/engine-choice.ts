// Engine diversity: replicas that execute the same instructions in different ways, so that what errs in one way of
// executing cannot agree with itself. Live replicas use every engine, and a winner that all of one engine agree on is none.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Platform } from "../api/platform.ts";
import { ENGINES, type Engine } from "../api/processor.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { Verdict } from "../api/voting-policy.ts";

export class EngineChoice {
  readonly isDiverse: boolean;
  readonly #engineOf = new Map<number, Engine>();

  constructor({ engines = "same" }: Pick<ReplicationPlan, "engines">) {
    this.isDiverse = engines === "diverse";
  }

  /** Of a replica, live or gone; undefined where all have the same. */
  of(replica: number): Engine | undefined {
    return this.#engineOf.get(replica);
  }

  /**
   * A replica is started.
   * @param live those that run already
   * @param wanted its engine; default: the one that the fewest have
   */
  assign(
    replica: number,
    live: readonly number[],
    wanted: Engine = this.rarest(live)[0] ?? "compiled",
  ): Engine | undefined {
    if (!this.isDiverse) return undefined;
    this.#engineOf.set(replica, wanted);
    return wanted;
  }

  /** Engines, those that the fewest of these have first. */
  rarest(live: readonly number[]): readonly Engine[] {
    const users = (engine: Engine): number =>
      live.filter((replica) => this.#engineOf.get(replica) === engine).length;
    return ENGINES.toSorted((a, b) => users(a) - users(b));
  }

  /** The engine that all winners have in common, so that they say nothing; undefined where the verdict stands. */
  partyOf(verdict: Verdict): Engine | undefined {
    if (!this.isDiverse || verdict.kind !== "outvoted") return undefined;
    const engines = new Set(verdict.winners.map((winner) => this.#engineOf.get(winner)));
    return engines.size > 1 ? undefined : [...engines][0];
  }
}

/** @throws XV_ERR_CONFIG_ENGINES */
export function checkEngines(
  { engines = "same" }: Pick<ReplicationPlan, "engines">,
  platform: Platform,
): void {
  if (engines === "same" || platform.hasEngines === true) return;
  throw new ExtravirtError(
    "XV_ERR_CONFIG_ENGINES",
    `The platform ${platform.name} has one way to execute instructions.`,
    {
      place: "replication.engines",
      value: engines,
      remedy: 'Write "same", or use a platform that can interpret and compile, such as riscv-virt.',
    },
  );
}
