// Which faults of a run have happened, and to whom: what is left for a new replica, and what is reported in the end.
import type { FaultConfig } from "../api/config.ts";
import type { Registry } from "../api/plugin.ts";
import type { FaultInjected, FaultNotReached } from "../api/vmm.ts";
import { armFaults, type ArmedFault } from "../replica/armed-fault.ts";
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

  constructor(faults: readonly FaultConfig[], registry: Registry) {
    this.#records = faults;
    this.#armed = armFaults(faults);
    this.#isPermanent = this.#armed.map(
      ({ use, options }) => registry.get("fault", use).isPermanent?.(options) === true,
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

  /** A replica reports a fault. @returns the news of it */
  report(replica: number, core: number, { id, step, what, isStopped }: FaultReport): FaultInjected {
    const armed = this.#armed[id];
    const fault = armed?.fault ?? -1;
    const record = this.#recordOf(armed);
    const stopped = isStopped === true && { isStopped };
    const injected = { fault, replica, core, step, what, record, ...stopped };
    this.#reached.add(id);
    this.#injected.push(injected);
    if (armed?.core !== undefined) this.#reported.push({ replica, id, step });
    return injected;
  }

  /**
   * A replica is given up.
   * DETERMINISM: how far it ran ahead depends on the host; what it met there does not count, and happens to who comes next.
   * @param steps up to which it was compared; infinite when it died before, or stood at a boundary everybody reaches
   */
  discarded(replica: number, steps: number): void {
    for (const reported of this.#reported) {
      if (reported.replica === replica && reported.step < steps) this.#happened.add(reported.id);
    }
    this.#reported = this.#reported.filter((reported) => reported.replica !== replica);
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
