// Intermittent faults of cores. The first time one happens as the guest reaches its step; from then on it goes by the time
// of its core, and so strikes whoever runs there: replicas, witnesses, and executions that are made to diagnose the core.
import type { ArmedFault } from "../replica/armed-fault.ts";
import { CoreTime } from "./core-time.ts";

export class IntermittentFaults {
  readonly #time = new CoreTime();
  /** Steps between two times, by the fault's place in the config. */
  readonly #everySteps: ReadonlyMap<number, number>;
  /** Time of its core when it last happened, by the fault's place in the config. */
  readonly #lastTime = new Map<number, number>();
  /** What each live replica was told instead of the config's steps. */
  readonly #moved = new Map<number, ReadonlyMap<number, number>>();

  /** @param everySteps of the faults of cores that happen several times */
  constructor(everySteps: ReadonlyMap<number, number>) {
    this.#everySteps = everySteps;
  }

  /**
   * A replica comes to a core.
   * @param pending what may still happen, in order
   * @param standing where the replica stands that is on this core already
   * @returns the same with the steps at which this replica will meet what goes by the core's time
   */
  arrive(
    pending: readonly ArmedFault[],
    place: {
      readonly replica: number;
      readonly core: number;
      readonly fromStep: number;
      readonly standing: number;
    },
  ): readonly ArmedFault[] {
    const { replica, core, fromStep, standing } = place;
    this.#time.arrive(replica, core, fromStep, standing);
    const moved = new Map<number, number>();
    const counts = new Map<number, number>();
    const faults = pending.map((fault) => {
      const last = this.#lastTime.get(fault.fault);
      const everySteps = this.#everySteps.get(fault.fault);
      if (fault.core !== core || last === undefined || everySteps === undefined) return fault;
      const count = (counts.get(fault.fault) ?? 0) + 1;
      counts.set(fault.fault, count);
      const step = this.#time.stepAt(replica, last + count * everySteps) ?? fault.at;
      const at = Math.max(fromStep, step);
      moved.set(fault.id, at);
      return { ...fault, at };
    });
    this.#moved.set(replica, moved);
    return faults;
  }

  /** Step before which a replica met, or will meet, this one. */
  stepOf(replica: number, { id, at }: ArmedFault): number {
    return this.#moved.get(replica)?.get(id) ?? at;
  }

  /** It happened to this replica, and counts. */
  happened(replica: number, { fault }: ArmedFault, step: number): void {
    if (!this.#everySteps.has(fault)) return;
    const time = this.#time.timeAt(replica, step);
    if (time !== undefined) {
      this.#lastTime.set(fault, Math.max(this.#lastTime.get(fault) ?? 0, time));
    }
  }

  /** @param reached the last step that counts */
  leave(replica: number, reached: number): void {
    this.#time.leave(replica, reached);
    this.#moved.delete(replica);
  }

  /** Those of live replicas that happen at other steps than the config says: of each, as faults of that replica alone. */
  movedOf(armed: readonly ArmedFault[]): readonly ArmedFault[] {
    return [...this.#moved].flatMap(([replica, moved]) =>
      armed.flatMap(({ id, fault, use, options }): ArmedFault[] => {
        const at = moved.get(id);
        return at === undefined ? [] : [{ id, fault, use, options, at, replica }];
      }),
    );
  }

  /** Whether a live replica was told other steps for this one. */
  isMoved({ id }: ArmedFault): boolean {
    return [...this.#moved.values()].some((moved) => moved.has(id));
  }
}
