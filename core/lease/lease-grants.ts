// A host's side of leases: to whom it has promised itself, for each virtual machine. It outlives the host's process:
// who forgot a promise could make another one while the first still holds.
import {
  CLOCK_DRIFT,
  type Clock,
  type LeaseAnswer,
  type LeaseRequest,
  type LeaseReturn,
} from "./lease-terms.ts";

/** A promise, as it is kept on disk. */
export interface KeptGrant {
  readonly term: number;
  readonly holder: string;
  readonly leaseMs: number;
}

interface Grant extends KeptGrant {
  /** On the steady clock: nobody else gets the lease before. */
  readonly untilMs: number;
}

export interface LeaseGrantsOptions {
  readonly clock: Clock;
  /** What an earlier process of this host had promised. */
  readonly kept: Readonly<Record<string, KeptGrant>>;
  /** Called with all promises before a new one is given: it must be on disk when this returns. */
  readonly keep: (grants: Readonly<Record<string, KeptGrant>>) => void;
  /** A virtual machine has a new holder: what belongs to others ends. */
  readonly onNewHolder?: (vm: string, holder: string) => void;
}

export class LeaseGrants {
  readonly #options: LeaseGrantsOptions;
  readonly #grants = new Map<string, Grant>();

  constructor(options: LeaseGrantsOptions) {
    this.#options = options;
    const { steadyMs } = options.clock();
    // The promise may have been renewed right before the earlier process ended.
    for (const [vm, grant] of Object.entries(options.kept)) {
      this.#grants.set(vm, { ...grant, untilMs: steadyMs + lasting(grant.leaseMs) });
    }
  }

  termOf(vm: string): number {
    return this.#grants.get(vm)?.term ?? 0;
  }

  holderOf(vm: string): string | undefined {
    return this.#grants.get(vm)?.holder;
  }

  answer(request: LeaseRequest): LeaseAnswer {
    const { vm, term, holder, leaseMs, number, manner } = request;
    const { steadyMs } = this.#options.clock();
    const grant = this.#grants.get(vm);
    const refusal = grant === undefined ? undefined : refusalOf(request, grant, steadyMs);
    if (refusal !== undefined) return refusal;
    if (manner === "probe") return { kind: "willing", number, term };
    const isHolder = grant?.holder === holder;
    const untilMs = Math.max(isHolder ? grant.untilMs : 0, steadyMs + lasting(leaseMs));
    const given = { term, holder, leaseMs, untilMs };
    // First of all on disk: what could not be kept counts as not promised, also at the next question.
    if (!isHolder || grant.term !== term || grant.leaseMs !== leaseMs) this.#keep(vm, given);
    this.#grants.set(vm, given);
    if (!isHolder) this.#options.onNewHolder?.(vm, holder);
    return { kind: "granted", number, term };
  }

  /** The holder gives it back: others need not wait for its time to run out. */
  giveBack({ vm, term, holder }: LeaseReturn): void {
    const grant = this.#grants.get(vm);
    // What it claimed later stays.
    if (grant?.holder !== holder || grant.term > term) return;
    const returned = { ...grant, leaseMs: 0, untilMs: 0 };
    this.#keep(vm, returned);
    this.#grants.set(vm, returned);
  }

  #keep(changed: string, grant: Grant): void {
    this.#options.keep(
      Object.fromEntries(
        Array.from(new Map(this.#grants).set(changed, grant), ([vm, { term, holder, leaseMs }]) => [
          vm,
          { term, holder, leaseMs },
        ]),
      ),
    );
  }
}

function refusalOf(
  { term, holder, number, manner }: LeaseRequest,
  grant: Grant,
  steadyMs: number,
): LeaseAnswer | undefined {
  const known = { number, term: grant.term };
  if (grant.holder === holder) {
    return term < grant.term ? { kind: "busy", ...known, waitMs: 0 } : undefined;
  }
  // Who keeps a lease was not the only holder since: another one may have released outputs.
  if (manner === "keep" || term <= grant.term) return { kind: "fenced", ...known };
  const waitMs = grant.untilMs - steadyMs;
  return waitMs > 0 ? { kind: "busy", ...known, waitMs } : undefined;
}

/** How long a grant binds its host. Its clock may be the faster one. */
function lasting(leaseMs: number): number {
  return leaseMs * (1 + CLOCK_DRIFT);
}
