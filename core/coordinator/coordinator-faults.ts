// Faults of the coordinator itself, done to it at the first occasion at or after their step.
import type { CoordinatorMoment, CoordinatorStructure } from "../api/coordinator-state.ts";
import type { CheckpointTarget, ComparisonTarget, FaultModel } from "../api/fault-model.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { Registry } from "../api/plugin.ts";
import type { FaultInjected } from "../api/vmm.ts";
import type { FrameSharing } from "../memory/frame-sharing.ts";
import type { Structures } from "./coordinator-structures.ts";
import type { FaultLedger } from "./fault-ledger.ts";
import { cellsOf } from "./state-cells.ts";

export interface CoordinatorFaultParts {
  readonly ledger: FaultLedger;
  readonly registry: Registry;
  readonly frames: Pick<FrameSharing, "readCheckpoint" | "writeCheckpoint">;
  readonly ramBase: number;
  readonly ramBytes: number;
  readonly onFault: (fault: FaultInjected) => void;
}

/** State that exists at one moment only. */
export type PassingState = Partial<Readonly<Record<CoordinatorStructure, object>>>;

export class CoordinatorFaults {
  readonly #parts: CoordinatorFaultParts;
  #structures: Structures | undefined;

  constructor(parts: CoordinatorFaultParts) {
    this.#parts = parts;
  }

  /** What there is to strike at every moment. */
  expose(structures: Structures): void {
    this.#structures = structures;
  }

  /**
   * The coordinator's loop is at this moment, and agreed up to this step. What a fault throws is an error of the loop.
   * @param passing is changed in place
   */
  visit(moment: CoordinatorMoment, step: number, passing: PassingState = {}): void {
    this.#strike(step, ({ ofCoordinator }, options) =>
      ofCoordinator?.strikeState?.(options, {
        moment,
        cells: (structure) => [
          ...cellsOf(structure, passing[structure]),
          ...(this.#structures?.[structure]() ?? []),
        ],
      }),
    );
  }

  /** A checkpoint was taken at this step, and the replicas, which have to drop their translations, stand still. */
  checkpointTaken(step: number): void {
    const target = this.#checkpointTarget();
    this.#strike(step, ({ ofCoordinator }, options) =>
      ofCoordinator?.strikeCheckpoint?.(options, target),
    );
  }

  /** One evaluation of a comparison of replicas that stand at this step. @returns what it says instead */
  comparing(
    subject: ComparisonTarget["subject"],
    step: number,
    groups: ComparisonTarget["groups"],
  ): ComparisonTarget["groups"] {
    let said = groups;
    this.#strike(step, ({ ofCoordinator }, options) => {
      const answer = ofCoordinator?.strikeComparison?.(options, { subject, groups: said });
      said = answer?.groups ?? said;
      return answer?.what;
    });
    return said;
  }

  #strike(
    step: number,
    strike: (
      model: FaultModel,
      options: Readonly<Record<string, unknown>>,
    ) => string | Error | undefined,
  ): void {
    const { ledger, registry, onFault } = this.#parts;
    for (const { id, use, options } of ledger.dueInCoordinator(step)) {
      const what = strike(registry.get("fault", use), options);
      if (what === undefined) continue;
      const isError = what instanceof Error;
      onFault(ledger.reportOfCoordinator({ id, step, what: isError ? what.message : what }));
      if (isError) throw what;
    }
  }

  #checkpointTarget(): CheckpointTarget {
    const { frames, ramBase, ramBytes } = this.#parts;
    const placeOf = (address: number): [page: number, offset: number] => {
      const offset = address - ramBase;
      if (!(offset >= 0 && offset < ramBytes)) {
        throw new RangeError(`0x${address.toString(16)} is not in guest memory`);
      }
      return [Math.floor(offset / PAGE_BYTES), offset % PAGE_BYTES];
    };
    return {
      readU8: (address) => frames.readCheckpoint(...placeOf(address)),
      writeU8: (address, value) => frames.writeCheckpoint(...placeOf(address), value),
    };
  }
}
