// The cores of a run: who runs where, and which of them are used no more. A core is a fault domain, numbered from 0 and
// independent of the place in shared memory. Two replicas of a machine are never on the same core.
//
// DETERMINISM: all of it follows from the order in which replicas come and go, and from what was blamed on whom.

/** Where cores are on several hosts. */
export interface CoreHosts {
  hostOf(core: number): number;
  /** Whether the host of a core can be heard now. */
  isReachable(core: number): boolean;
}

const ONE_HOST: CoreHosts = { hostOf: () => 0, isReachable: () => true };

export class CoreMap {
  readonly count: number;
  readonly #hosts: CoreHosts;
  /** Core of each replica, the departed included: whom they are blamed on is asked afterwards. */
  readonly #coreOf = new Map<number, number>();
  readonly #occupants = new Map<number, number>();
  readonly #last = new Map<number, number>();
  readonly #retired = new Set<number>();
  /** How often each was suspected: others are taken first. */
  readonly #suspicions = new Map<number, number>();

  constructor(count: number, hosts: CoreHosts = ONE_HOST) {
    this.count = count;
    this.#hosts = hosts;
  }

  /**
   * Cores on which a replica may be put now, the best first: those on hosts with the fewest replicas, then those suspected
   * least, then in order of their numbers.
   */
  get free(): readonly number[] {
    return this.healthy
      .filter((core) => !this.#occupants.has(core) && this.#hosts.isReachable(core))
      .toSorted(
        (a, b) =>
          this.#replicasBeside(a) - this.#replicasBeside(b) ||
          this.#suspicionsOf(a) - this.#suspicionsOf(b) ||
          a - b,
      );
  }

  /** Healthy ones on hosts that can be heard now. */
  get reachable(): readonly number[] {
    return this.healthy.filter((core) => this.#hosts.isReachable(core));
  }

  /** Whether a host on which no replica runs cannot be heard now: a replica would better be put there. */
  get isHostMissing(): boolean {
    return this.healthy.some(
      (core) => this.#replicasBeside(core) === 0 && !this.#hosts.isReachable(core),
    );
  }

  /** The younger of two replicas on one host, where it could run on a host that has none; undefined when all is well. */
  get crowded(): number | undefined {
    const [best] = this.free;
    if (best === undefined || this.#replicasBeside(best) > 0) return undefined;
    const neighbours = [...this.#occupants].filter(([core]) => this.#replicasBeside(core) > 1);
    return neighbours.length === 0
      ? undefined
      : Math.max(...neighbours.map(([, replica]) => replica));
  }

  get healthy(): readonly number[] {
    return Array.from({ length: this.count }, (_, core) => core).filter(
      (core) => !this.#retired.has(core),
    );
  }

  get retired(): readonly number[] {
    return [...this.#retired].toSorted((a, b) => a - b);
  }

  /** @returns the core it runs on from here on @throws RangeError when none is free: ask `free` before */
  place(replica: number, core: number | undefined = this.free[0]): number {
    if (core === undefined) throw new RangeError("no core is free");
    this.#occupants.set(core, replica);
    this.#last.set(core, replica);
    this.#coreOf.set(replica, core);
    return core;
  }

  leave(replica: number): void {
    const core = this.#coreOf.get(replica);
    if (core !== undefined && this.#occupants.get(core) === replica) this.#occupants.delete(core);
  }

  /** Who runs there. */
  occupantOf(core: number): number | undefined {
    return this.#occupants.get(core);
  }

  /** The last one that ran there. */
  lastOn(core: number): number | undefined {
    return this.#last.get(core);
  }

  /** Where it runs, or ran. */
  coreOf(replica: number): number | undefined {
    return this.#coreOf.get(replica);
  }

  suspect(core: number): void {
    this.#suspicions.set(core, this.#suspicionsOf(core) + 1);
  }

  /** Nobody is put there any more; who runs there has to be moved. */
  retire(core: number): void {
    this.#retired.add(core);
  }

  #replicasBeside(core: number): number {
    const host = this.#hosts.hostOf(core);
    return [...this.#occupants.keys()].filter((other) => this.#hosts.hostOf(other) === host).length;
  }

  #suspicionsOf(core: number): number {
    return this.#suspicions.get(core) ?? 0;
  }
}
