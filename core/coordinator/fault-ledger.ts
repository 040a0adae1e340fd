// Which faults of a run have happened, and to whom: what is left for a new replica, and what is reported in the end.
import type { FaultConfig } from "../api/config.ts";
import type { Registry } from "../api/plugin.ts";
import type { FaultInjected, FaultNotReached } from "../api/vmm.ts";
import { armFaults, type ArmedFault } from "../replica/armed-fault.ts";
import { IntermittentFaults } from "./intermittent-faults.ts";
import type { FaultReport } from "../replica/replica-setup.ts";

/** A fault of a core that a replica reported; it counts once that replica's epoch was compared. */
interface Reported {
  readonly replica: number;
  readonly id: number;
  readonly step: number;
}

export class FaultLedger {
  readonly #records: readonly FaultConfig[];
  readonly #armed: readonly ArmedFault[];
  readonly #isPermanent: readonly boolean[];
  readonly #ofCoordinator: readonly ArmedFault[];
  readonly #injected: FaultInjected[] = [];
  readonly #reached = new Set<number>();
  #reported: Reported[] = [];
  /** Faults of cores that happened: transient ones do not happen again there, permanent ones are there to stay. */
  readonly #happened = new Set<number>();
  readonly #intermittent: IntermittentFaults;

  /** @param fixed how many of them the config names; arrivals brought the others */
  constructor(faults: readonly FaultConfig[], registry: Registry, fixed: number = faults.length) {
    this.#records = faults;
    this.#armed = armFaults(faults, fixed);
    this.#isPermanent = this.#armed.map(
      ({ use, options }) => registry.get("fault", use).isPermanent?.(options) === true,
    );
    this.#intermittent = new IntermittentFaults(
      new Map(
        faults.flatMap(({ core, repeat }, fault): [number, number][] =>
          core === undefined || repeat === undefined ? [] : [[fault, repeat.everySteps]],
        ),
      ),
    );
    this.#ofCoordinator = this.#armed.filter(
      ({ use }) => registry.get("fault", use).ofCoordinator !== undefined,
    );
  }

  /** Faults of the coordinator that may happen at this step. */
  dueInCoordinator(step: number): readonly ArmedFault[] {
    return this.#ofCoordinator.filter(({ id, at }) => at <= step && !this.#reached.has(id));
  }

  /** A fault of the coordinator happened. @returns the news of it */
  reportOfCoordinator({ id, step, what }: Omit<FaultReport, "kind">): FaultInjected {
    const armed = this.#armed[id];
    const injected = { fault: armed?.fault ?? -1, step, what, record: this.#recordOf(armed) };
    this.#reached.add(id);
    this.#injected.push(injected);
    return injected;
  }

  /** Faults that a new replica may meet. */
  get pending(): readonly ArmedFault[] {
    return this.#armed.flatMap((fault): ArmedFault[] => {
      if (!this.#happened.has(fault.id)) return [fault];
      return this.#isPermanent[fault.id] === true ? [{ ...fault, isPresent: true }] : [];
    });
  }

  /**
   * A replica comes to a core.
   * @param standing where the replica stands that is on this core already, and makes room for a while
   * @returns the faults that it may meet
   */
  arrived(
    replica: number,
    core: number,
    fromStep: number,
    standing: number = fromStep,
  ): readonly ArmedFault[] {
    return this.#intermittent.arrive(this.pending, { replica, core, fromStep, standing });
  }

  /** Faults that live replicas may have met, or will: of an incident. */
  get ofLive(): readonly ArmedFault[] {
    const intermittent = this.#intermittent;
    return [
      ...this.pending.filter((fault) => !intermittent.isMoved(fault)),
      ...intermittent.movedOf(this.#armed),
    ];
  }

  /** A replica reports a fault. @returns the news of it */
  report(
    replica: number,
    core: number,
    { id, step, what, isStopped }: FaultReport,
    isTrial = false,
  ): FaultInjected {
    const armed = this.#armed[id];
    const fault = armed?.fault ?? -1;
    const at = armed && this.#intermittent.stepOf(replica, armed);
    const record = this.#recordOf(armed && { ...armed, at: at ?? armed.at });
    const injected: FaultInjected = {
      fault,
      replica,
      core,
      step,
      what,
      record,
      ...(isTrial && { isTrial }),
      ...(isStopped === true && { isStopped }),
    };
    this.#reached.add(id);
    this.#injected.push(injected);
    if (armed?.core !== undefined) this.#reported.push({ replica, id, step });
    return injected;
  }

  /**
   * A replica is given up.
   * DETERMINISM: how far it ran ahead depends on the host; what it met there does not count, and happens to who comes next.
   * @param steps up to which it was compared; infinite when it died before, or stood at a boundary everybody reaches
   * @param reached the boundary it stood at, where `steps` is infinite
   */
  discarded(replica: number, steps: number, reached = 0): void {
    const met = this.#settle(replica, steps);
    const isAllKnown = !Number.isFinite(steps);
    this.#intermittent.leave(replica, isAllKnown ? Math.max(reached, ...met) : steps);
    this.#reported = this.#reported.filter((reported) => reported.replica !== replica);
  }

  /** A replica stands still at a boundary that everybody reaches: what it met has happened to its core. */
  settled(replica: number): void {
    this.#settle(replica, Infinity);
  }

  /** @returns steps of what it met before this one */
  #settle(replica: number, steps: number): readonly number[] {
    const counted = this.#reported.filter(
      (reported) => reported.replica === replica && reported.step < steps,
    );
    for (const { id, step } of counted) {
      this.#happened.add(id);
      const armed = this.#armed[id];
      if (armed !== undefined) this.#intermittent.happened(replica, armed, step);
    }
    return counted.map(({ step }) => step);
  }

  /** DETERMINISM: sorted, since they arrived in an order that the host's timing chose. */
  get injected(): readonly FaultInjected[] {
    return this.#injected.toSorted(
      (a, b) => a.step - b.step || (a.replica ?? -1) - (b.replica ?? -1) || a.fault - b.fault,
    );
  }

  /** For the report, where a fault was a misdirected write. */
  get wildWrites(): { readonly wildWritesStopped?: number } {
    const wildWritesStopped = this.#injected.filter(({ isStopped }) => isStopped === true).length;
    return wildWritesStopped === 0 ? {} : { wildWritesStopped };
  }

  get notReached(): readonly FaultNotReached[] {
    return this.#armed
      .filter(({ id }) => !this.#reached.has(id))
      .map(({ fault, use, at, replica, core }) => ({
        fault,
        use,
        at,
        ...(replica === undefined ? {} : { replica }),
        ...(core === undefined ? {} : { core }),
      }));
  }

  /** What repeats this one event alone: the config's own item where that is all there is to it. */
  #recordOf(armed: ArmedFault | undefined): FaultConfig | undefined {
    const config = this.#records[armed?.fault ?? -1];
    if (armed === undefined || config === undefined) return undefined;
    if (config.repeat === undefined && typeof config.replica !== "object") return config;
    const { use, options, at, replica, core } = armed;
    const place = replica === undefined ? {} : { replica };
    return { use, at, ...(core === undefined ? place : { core }), ...options };
  }
}
