// Does the faults of one replica to it, each exactly before its step.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { FaultModel, FaultTarget } from "../api/fault-model.ts";
import type { LastingFault } from "../api/processor-faults.ts";
import type { Registry } from "../api/plugin.ts";
import type { Machine } from "../machine/machine.ts";
import type { ArmedFault } from "./armed-fault.ts";
import type { ReplicaReport } from "./replica-setup.ts";

/** What a replica can do to its surroundings on a fault's behalf. */
export interface FaultHost {
  readonly post: (report: ReplicaReport) => void;
  /** Dies as a crashed worker would; must not return. */
  crash(): never;
  /** Stops answering; must not return. */
  hang(): never;
}

export interface FaultInjectorParts {
  readonly machine: Machine;
  readonly registry: Registry;
  readonly host: FaultHost;
  /** As those of Machine, for those who watch the replica, too. */
  readonly run: Pick<Machine, "step" | "stepWith">;
}

/** A fault that lasts goes away before this step. */
interface Release {
  readonly at: number;
  readonly fault: LastingFault;
}

interface PendingFault extends ArmedFault {
  /** Steps that were searched for its site in earlier epochs. */
  readonly passed: number;
  /** Step at which that began. */
  readonly since?: number;
}

const NO_SITE = "no such site";

/** Whether a report on a fault says that nothing was done. */
export const isNoSite = (what: string): boolean => what.startsWith(NO_SITE);

export class FaultInjector {
  readonly #parts: FaultInjectorParts;
  /** Faults still to come, soonest first. */
  readonly #pending: PendingFault[];
  #releases: readonly Release[] = [];
  /** Faults that happened and never end. */
  readonly #permanent: PendingFault[] = [];

  /** @param faults addressed to this replica, those before its first step left out unless they last */
  constructor(faults: readonly ArmedFault[], parts: FaultInjectorParts) {
    this.#parts = parts;
    const { machine, registry } = parts;
    const { steps } = machine;
    this.#pending = faults
      .filter((fault) => fault.at >= steps || isPermanent(fault, registry))
      .map((fault) => {
        const isThere = fault.isPresent === true || fault.at < steps;
        return { ...fault, at: isThere ? steps : fault.at, passed: 0 };
      })
      .sort((a, b) => a.at - b.at);
  }

  /** Nothing is still to come, and nothing lasts. */
  get isSpent(): boolean {
    const { faults } = this.#parts.machine.processor;
    const isLeft = this.#pending.length + this.#releases.length + this.#permanent.length > 0;
    return !isLeft && faults?.isActive !== true;
  }

  /**
   * The machine was put into another state, which has no faults: those that never end come back. What should have
   * happened before that state never does.
   */
  restored(): void {
    const { steps } = this.#parts.machine;
    const left = this.#pending.filter(
      (fault) => (fault.isPresent === true || fault.at >= steps) && !this.#hasHappened(fault),
    );
    const back = this.#permanent.map((fault) => ({
      ...fault,
      at: steps,
      isPresent: true as const,
    }));
    this.#pending.splice(0, this.#pending.length, ...back, ...left);
  }

  /** True for what never ends and was there before. */
  #hasHappened({ id }: ArmedFault): boolean {
    return this.#permanent.some((known) => known.id === id);
  }

  /** Runs the machine to a step, or until idle or stopped, with the faults that come before it. */
  runTo(end: number, run: (steps: number) => void): void {
    const { machine } = this.#parts;
    while (this.#nextAt < end) {
      const at = this.#nextAt;
      run(at);
      // What a load from a device below brings is there before a fault can hit it.
      if (machine.steps < at || machine.stop !== undefined || machine.isWaiting) break;
      if (!this.#inject(end)) break;
    }
    run(end);
  }

  /** Step before which the next fault happens, or one goes away. */
  get #nextAt(): number {
    return Math.min(this.#pending[0]?.at ?? Infinity, this.#releases[0]?.at ?? Infinity);
  }

  /**
   * Does the next fault, at whose step the machine stands.
   * @param end of the epoch, in steps: a fault that still looks for its site there goes on in the next one.
   * @returns false when nothing more can happen in this epoch
   */
  #inject(end: number): boolean {
    const { machine, registry, host, run } = this.#parts;
    const step = machine.steps;
    const [release, ...later] = this.#releases;
    if (release !== undefined && release.at <= step) {
      release.fault.release();
      this.#releases = later;
      return true;
    }
    const fault = this.#pending.shift();
    if (fault === undefined) return false;
    let isStopped = false;
    const since = fault.since ?? step;
    // DETERMINISM: where epochs end, and a search is interrupted, does not show in the report.
    const search = { passed: fault.passed, isCutShort: false, foundAt: since };
    const report = (what: string): void =>
      host.post({
        kind: "fault",
        step: search.foundAt,
        what,
        id: fault.id,
        ...(isStopped && { isStopped }),
      });
    const target: FaultTarget = {
      processor: machine.processor,
      memory: machine.memory,
      ramBase: machine.ramBase,
      device: (id) => machine.deviceCells(id),
      step: () => run.step(),
      stepWith: (instruction) => run.stepWith(instruction),
      stay: (lasting, steps) => {
        if (steps === undefined) return;
        const ending = { at: machine.steps + steps, fault: lasting };
        this.#releases = [...this.#releases, ending].toSorted((a, b) => a.at - b.at);
      },
      frames: machine.memory.frameCount,
      strayWrite: (frame, offset, mask) => {
        const isDone = machine.memory.strayWrite(frame, offset, mask);
        isStopped = !isDone;
        return isDone;
      },
      search: (limit, attempt) => {
        while (search.passed < limit) {
          const before = machine.steps;
          const found = before < end ? attempt() : undefined;
          if (found !== undefined) {
            search.foundAt = before;
            return found;
          }
          // Nothing was executed: the epoch ends here.
          search.isCutShort = machine.steps === before;
          if (search.isCutShort) return undefined;
          search.passed += 1;
        }
        return undefined;
      },
      crash: () => {
        report("the worker crashed");
        host.crash();
      },
      hang: () => {
        report("the worker hangs");
        host.hang();
      },
    };
    const what = registry.get("fault", fault.use).inject(fault.options, target);
    if (what === undefined && search.isCutShort) {
      this.#pending.unshift({ ...fault, at: machine.steps, passed: search.passed, since });
      return false;
    }
    // It came back after the machine was restored: that is no news.
    if (this.#hasHappened(fault)) return true;
    if (what !== undefined && isPermanent(fault, registry)) this.#permanent.push(fault);
    const { passed } = search;
    report(what ?? (passed > 0 ? `${NO_SITE} within ${passed} steps` : `${NO_SITE} there`));
    return true;
  }
}

const isPermanent = ({ use, options }: ArmedFault, registry: Registry): boolean =>
  registry.get("fault", use).isPermanent?.(options) === true;

/** @throws ExtravirtError when a fault names something that this machine does not have. */
export function checkFaults(
  faults: readonly ArmedFault[],
  { machine, registry }: Pick<FaultInjectorParts, "machine" | "registry">,
): void {
  const { processor, memory, ramBase } = machine;
  const checked = new Set<number>();
  for (const armed of faults) {
    const { fault, use, options } = armed;
    if (checked.has(fault)) continue;
    checked.add(fault);
    const model: FaultModel = registry.get("fault", use);
    const device = (id: string): ReturnType<FaultTarget["device"]> => machine.deviceCells(id);
    try {
      model.check?.(options, { processor, memory, ramBase, frames: memory.frameCount, device });
    } catch (error) {
      throw placed(error, armed);
    }
  }
}

/** A model knows its options ("faults: bit"), but not the place of the fault in the config. */
function placed(error: unknown, { fault, isOfArrival }: ArmedFault): unknown {
  if (!(error instanceof ExtravirtError)) return error;
  const { code, message, value, remedy, cause } = error;
  const own = /^faults(?:: (.+))?$/u.exec(error.place ?? "faults");
  // It complains of something else.
  if (own === null) return error;
  const [, option] = own;
  const inConfig = option === undefined ? `faults[${fault}]` : `faults[${fault}].${option}`;
  const place = isOfArrival === true ? "faultArrivals" : inConfig;
  return new ExtravirtError(code, message, {
    place,
    ...(value !== undefined && { value }),
    remedy,
    cause,
  });
}
