// Runs a guest in one replica with instruments, cut as a test wants, and tells how it ended and what was found.
import { createHash } from "node:crypto";
import type { Registry, SlotConfig } from "../../../core/index.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import type { ReplicaObserved, ReplicaReport } from "../../../core/replica/replica-setup.ts";
import { Replica } from "../../../core/replica/replica.ts";
import { bareMetalMachine } from "../../core/replica/bare-metal-machine.ts";
import { buildSetups } from "../../core/replica/build-setup.ts";

export interface ObservedGuest {
  readonly guest: string;
  readonly steps: number;
  readonly harts?: number;
  readonly instrumentation?: readonly SlotConfig[];
  readonly isProfiled?: boolean;
  /** Options of the platform: when to compile. */
  readonly compiler?: Readonly<Record<string, unknown>>;
  /** Steps of the next epoch. */
  readonly nextSpan?: () => number;
  readonly registry?: Registry;
}

export interface ObservedEnd {
  readonly steps: number;
  /** Of registers, memory and the saved state. */
  readonly digest: string;
  readonly findings: ReplicaObserved["findings"];
  readonly profile: ReplicaObserved["profile"];
  readonly notes: string;
}

const REGISTRY: Registry = await loadRegistry({ plugins: [] });

const never = (): never => {
  throw new Error("no fault was asked for");
};

export async function runObserved(guest: ObservedGuest): Promise<ObservedEnd> {
  const { setup } = await buildSetups({
    machine: bareMetalMachine(guest.guest, guest.compiler, guest.harts),
    console: { use: "null" },
    arenas: 1,
    registry: guest.registry ?? REGISTRY,
    instrumentation: guest.instrumentation ?? [],
    isProfiled: guest.isProfiled ?? false,
  });
  const reports: ReplicaReport[] = [];
  let now = 0;
  const replica = new Replica(setup(), guest.registry ?? REGISTRY, {
    post: (report) => reports.push(report),
    now: () => now++,
    crash: never,
    hang: never,
  });
  const { machine } = replica;
  for (let epoch = 0; machine.steps < guest.steps && machine.stop === undefined; epoch++) {
    const span = guest.nextSpan?.() ?? guest.steps;
    const steps = Math.min(span, guest.steps - machine.steps);
    const alarm = machine.clock.nextAlarmTick();
    const jumpTicks = machine.isIdle() && alarm !== Infinity ? alarm - machine.clock.now() : 0;
    replica.obey({ kind: "epoch", record: { epoch, steps, jumpTicks, inputs: [] } });
  }
  replica.obey({ kind: "observe" });
  const observed = reports.find((report) => report.kind === "observed")?.observed;
  if (observed === undefined) throw new Error("the replica told nothing");
  const hash = createHash("sha1").update(machine.save());
  const { memory } = machine;
  for (let page = 0; page < memory.pages; page++) {
    hash.update(new Uint8Array(memory.shared.buffer, memory.frameForRead(page), 4096));
  }
  return {
    steps: machine.steps,
    digest: hash.digest("hex"),
    findings: observed.findings,
    profile: observed.profile,
    notes: reports.flatMap((report) => (report.kind === "note" ? [report.text] : [])).join(""),
  };
}
