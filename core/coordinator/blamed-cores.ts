// Blame per core: counts it, has the core diagnosed after the recovery, retires one that is past its budget and moves the
// replica that runs there. Where no core is left to move to, fewer replicas go on as long as the replication allows it.
import type {
  CoreDiagnosed,
  CoreDiagnosis,
  CoreFinding,
  DiagnosisMechanism,
} from "../api/core-diagnosis.ts";
import type { Engine } from "../api/processor.ts";
import type { Vmm } from "../api/vmm.ts";
import { tryCore, type TrialParts } from "./core-trial.ts";
import type { CoreReport } from "./run-report.ts";

export interface BlamedCoresParts {
  readonly vmm: Pick<Vmm, "hooks">;
  readonly diagnosis: CoreDiagnosis;
  /** Replicas that the configured replication keeps running, and without which a run does not go on. */
  readonly planned: number;
  readonly needed: number;
}

/** A recovery that is over, and what is needed to look at cores after it. */
export interface AfterRecovery extends TrialParts {
  readonly epoch: number;
  /** Replicas that were blamed or are suspected, alive or gone. */
  readonly blamed: readonly number[];
  /** Cores of replicas that could not agree, of which nobody says who was wrong. */
  readonly suspects: readonly number[];
  /** Replicas that executed the stretch again in the recovery, agreed with another one in full, and go on. */
  readonly confirmed: readonly number[];
  readonly isStretchSound: boolean;
  /** Makes one more replica on a free core; false when it came out wrong there. */
  readonly addReplica: (engine: Engine | undefined) => Promise<boolean>;
}

export interface Examined {
  readonly diagnoses: readonly CoreDiagnosed[];
  /** Why the run cannot go on; undefined where it can. */
  readonly stop?: string;
}

interface Retirement {
  readonly why: string;
  readonly epoch: number;
  readonly steps: number;
}

export class BlamedCores {
  readonly #parts: BlamedCoresParts;
  readonly #blames = new Map<number, number>();
  readonly #history: CoreDiagnosed[] = [];
  readonly #retired = new Map<number, Retirement>();

  constructor(parts: BlamedCoresParts) {
    this.#parts = parts;
  }

  async examine(after: AfterRecovery): Promise<Examined> {
    const { replicas, blamed, suspects, epoch, steps } = after;
    const { cores } = replicas;
    const diagnoses: CoreDiagnosed[] = [];
    /** The replica that each was blamed for, the first one of several. */
    const charges = new Map<number, number>();
    for (const core of suspects) charges.set(core, cores.lastOn(core) ?? -1);
    for (const replica of blamed.toReversed()) {
      const core = cores.coreOf(replica);
      // What the network does to a replica is no fault of the core it ran on.
      if (core !== undefined && !replicas.wasCutOff(replica)) charges.set(core, replica);
    }
    for (const [core, replica] of [...charges].toSorted(([a], [b]) => a - b)) {
      if (cores.retired.includes(core)) continue;
      this.#blames.set(core, (this.#blames.get(core) ?? 0) + 1);
      const finding = await this.#diagnose(core, replica, after);
      if (finding === undefined) continue;
      cores.suspect(core);
      const diagnosed = { core, replica, epoch, steps, ...finding };
      diagnoses.push(diagnosed);
      this.#history.push(diagnosed);
      this.#parts.vmm.hooks.coreDiagnosed.call(diagnosed);
      if (finding.retire === undefined) continue;
      this.#retired.set(core, { why: finding.retire, epoch, steps });
      const stop = await this.#retire(core, finding.retire, after);
      if (stop !== undefined) return { diagnoses, stop };
    }
    return { diagnoses };
  }

  /** All cores, in order of their numbers. */
  reports(count: number): readonly CoreReport[] {
    return Array.from({ length: count }, (_, core): CoreReport => {
      const of = (verdict: CoreFinding["verdict"]): number =>
        this.#history.filter((known) => known.core === core && known.verdict === verdict).length;
      const retired = this.#retired.get(core);
      return {
        core,
        blames: this.#blames.get(core) ?? 0,
        permanent: of("permanent"),
        intermittent: of("intermittent"),
        transient: of("transient"),
        unclear: of("unclear"),
        untried: of("untried"),
        ...(retired !== undefined && { retired }),
      };
    });
  }

  async #diagnose(
    core: number,
    replica: number,
    after: AfterRecovery,
  ): Promise<CoreFinding | undefined> {
    const { diagnosis, planned } = this.#parts;
    const { replicas, epoch, steps, isStretchSound, confirmed } = after;
    if (diagnosis.diagnose === undefined || replicas.alive.length === 0) return undefined;
    const engine = replicas.engines.of(replica);
    /** Cores on which the recovery itself was the first execution, by the engine in question. */
    const executed = new Set(
      confirmed
        .filter((one) => replicas.engines.of(one) === engine)
        .map((one) => replicas.cores.coreOf(one)),
    );
    const mechanism: DiagnosisMechanism = {
      isStretchSound,
      // Beside a replica that stands still it can be executed, too.
      otherCore: [...replicas.cores.free, ...replicas.cores.reachable].find(
        (other) => other !== core && (this.#blames.get(other) ?? 0) === 0,
      ),
      // As the one that was blamed did it: what errs may be the engine.
      replay: async (on) => {
        if (executed.delete(on)) return { core: on, isRight: true, detail: "" };
        await replicas.quiesce(replicas.alive);
        return tryCore(on, engine, after);
      },
    };
    const suspicion = { core, replica, epoch, steps, replicas: planned, history: this.#history };
    return diagnosis.diagnose(suspicion, mechanism);
  }

  /** @returns why the run cannot go on */
  async #retire(core: number, why: string, after: AfterRecovery): Promise<string | undefined> {
    const { vmm, needed } = this.#parts;
    const { replicas, addReplica } = after;
    const { cores } = replicas;
    cores.retire(core);
    const occupant = cores.occupantOf(core);
    if (occupant === undefined) {
      vmm.hooks.coreRetired.call({ core, why });
      return undefined;
    }
    let movedTo: number | "nowhere" = "nowhere";
    // A core may turn out wrong in its turn; each is tried once.
    for (let tries = cores.free.length; tries > 0 && movedTo === "nowhere"; tries--) {
      const [free = -1] = cores.free;
      if (await addReplica(replicas.engines.of(occupant))) movedTo = free;
      else cores.suspect(free);
    }
    await replicas.discard(occupant);
    vmm.hooks.coreRetired.call({ core, why, movedTo });
    const left = replicas.alive.length;
    if (left >= needed) return undefined;
    return `core ${core} is retired (${why}), and no other is left for its replica: ${left} of ${this.#parts.planned} replicas could go on`;
  }
}
