// The time of cores: steps executed on each, whoever ran there. What comes and goes in a core goes by it, not by the
// progress of the guest, which executes the same steps on several cores and some of them again.
//
// DETERMINISM: of a replica that is given up only what everybody reaches counts, however far it got on this host.

interface Stay {
  readonly core: number;
  readonly fromStep: number;
  /** Time of the core at its arrival. */
  readonly since: number;
}

export class CoreTime {
  readonly #stays = new Map<number, Stay>();
  /** Steps executed by those who have left. */
  readonly #past = new Map<number, number>();

  /** @param standing where the replica stands that is on this core already: at this step it makes room for a while */
  arrive(replica: number, core: number, fromStep: number, standing: number): void {
    let since = this.#past.get(core) ?? 0;
    for (const stay of this.#stays.values()) {
      if (stay.core === core) since += Math.max(0, standing - stay.fromStep);
    }
    this.#stays.set(replica, { core, fromStep, since });
  }

  /** Time of its core when this replica was, or will be, at a step; undefined for one that is not there. */
  timeAt(replica: number, step: number): number | undefined {
    const stay = this.#stays.get(replica);
    return stay === undefined ? undefined : stay.since + step - stay.fromStep;
  }

  /** Step of a replica at that time of its core; undefined for one that is not there. */
  stepAt(replica: number, time: number): number | undefined {
    const stay = this.#stays.get(replica);
    return stay === undefined ? undefined : time - stay.since + stay.fromStep;
  }

  coreOf(replica: number): number | undefined {
    return this.#stays.get(replica)?.core;
  }

  /** @param reached the last step that counts */
  leave(replica: number, reached: number): void {
    const stay = this.#stays.get(replica);
    if (stay === undefined) return;
    this.#stays.delete(replica);
    const steps = Math.max(0, reached - stay.fromStep);
    this.#past.set(stay.core, (this.#past.get(stay.core) ?? 0) + steps);
  }
}
