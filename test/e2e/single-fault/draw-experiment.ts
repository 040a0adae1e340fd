// Draws experiments: a fault (or two, the second during the recovery from the first) and the strategies it meets.
import { readFileSync } from "node:fs";
import type { FaultConfig, RegisterAccess, SlotConfig } from "../../../core/index.ts";
import { parseElf } from "../../../guest-archs/riscv/boot/elf-file.ts";
import { HART_REGISTERS, hartPrefix } from "../../../guest-archs/riscv/register-names.ts";
import { type CompilerChoice, guestFile } from "../guest-run.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { Subject } from "./subjects.ts";

const RAM_BASE = 0x8000_0000;
const RAM_BYTES = 16 * 2 ** 20;
/** The first replica that a recovery of a pair makes. */
const WITNESS = 2;
/** How soon a worker that hangs is missed: long for an epoch of these guests, also on a busy host. */
const HANG_WATCHDOG_MS = 2000;
/** Faults in threads of their own are slower to try: one in so many, beside all crashes and some hangs. */
const ONE_IN_WORKERS = 16;

/** Everything needed to repeat it. */
export interface Experiment {
  readonly seed: number;
  readonly faults: readonly FaultConfig[];
  readonly slots: Readonly<Record<string, SlotConfig>>;
  readonly compiler: CompilerChoice;
  /** Whether the strategies may end the run rather than go on; default: those with fail-stop may. */
  readonly mayStop?: boolean;
}

export const COMPILERS: readonly CompilerChoice[] = [
  {},
  {},
  { compileAfterJumps: 0 },
  { compileAfterJumps: 1 },
  { compileAfterJumps: 3, maxCompiledInstructions: 300 },
];

type Where = Pick<FaultConfig, "replica" | "at">;
type Draw = (random: SeededRandom, subject: Subject) => Omit<FaultConfig, "replica" | "at">;

const FAULTS: readonly Draw[] = [
  registerFlip("integer"),
  registerFlip("integer"),
  registerFlip("float"),
  registerFlip("control"),
  registerFlip("pc"),
  (random, subject) => flipAt(random, addressIn(random, segmentOf(subject, 0))),
  (random, subject) => flipAt(random, addressIn(random, segmentOf(subject, 1))),
  (random) => flipAt(random, addressIn(random, { address: RAM_BASE, memoryBytes: RAM_BYTES })),
  (random) => ({ use: "result-bit-flip", bit: random.below(64) }),
  (random) => ({ use: "result-bit-flip", bit: random.below(64) }),
  () => ({ use: "worker-crash" }),
  (random) => ({ use: "instruction-bit-flip", ...bitsBelow(random, 32) }),
  () => ({ use: "branch-flip" }),
  (random) => ({ use: "load-address-bit-flip", ...bitsBelow(random, 40) }),
  (random) => ({ use: "load-data-bit-flip", ...bitsBelow(random, 64) }),
  (random) => ({ use: "store-address-bit-flip", ...bitsBelow(random, 40) }),
  (random) => ({ use: "store-data-bit-flip", ...bitsBelow(random, 64) }),
  tlbFlip("read"),
  tlbFlip("write"),
  tlbFlip("fetch"),
  stuck("integer"),
  stuck("float"),
  stuck("control"),
  stuck("pc"),
  (random) => ({ use: "result-stuck-at", ...bitsBelow(random, 64), ...stuckFor(random) }),
  (random) => ({
    use: "wild-store",
    frame: random.below((RAM_BYTES / 4096) * 2),
    offset: random.below(4096),
    bit: random.below(8),
  }),
];

/**
 * @param steps of a run without fault; instants spread over them.
 * @param index turns through the models, so that each is met equally often.
 */
export function drawSingle(
  random: SeededRandom,
  subject: Subject,
  { seed, steps, index }: { readonly seed: number; readonly steps: number; readonly index: number },
): Experiment {
  const where = { replica: random.below(2), at: random.below(steps) };
  const fault = faultOf(random, subject, where, index);
  const slots = drawSlots(random, subject, [fault], RECOVERIES, random.pick(REPLICATIONS));
  return { seed, faults: [fault], slots, compiler: random.pick(COMPILERS) };
}

/** A worker that stops answering. */
export function drawHang(
  random: SeededRandom,
  subject: Subject,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Experiment {
  const fault = { use: "worker-hang", replica: random.below(2), at: random.below(steps) };
  const slots = drawSlots(random, subject, [fault], RECOVERIES, random.pick(REPLICATIONS));
  return { seed, faults: [fault], slots, compiler: random.pick(COMPILERS) };
}

/** A fault that is sure to diverge, and another one in the witness while it replays up to there. */
export function drawDuringRecovery(
  random: SeededRandom,
  subject: Subject,
  { seed, steps, index }: { readonly seed: number; readonly steps: number; readonly index: number },
): Experiment {
  const at = random.below(steps);
  const replica = random.below(2);
  const first: FaultConfig =
    random.below(4) === 0
      ? { use: "worker-crash", replica, at }
      : { use: "register-bit-flip", replica, at, register: "pc", bit: 1 + random.below(40) };
  const slots = drawSlots(random, subject, [first], RECOVERIES.slice(0, 3));
  const reach = Number(slots["replication"]?.["epochSteps"]) * 2;
  const during = Math.max(0, at - reach + random.below(2 * reach));
  const second = faultOf(random, subject, { replica: WITNESS, at: during }, index);
  return { seed, faults: [first, second], slots, compiler: random.pick(COMPILERS) };
}

/** A fault in guest or worker, but for where it happens. */
export function drawModel(
  random: SeededRandom,
  subject: Subject,
): Omit<FaultConfig, "replica" | "at"> & { readonly use: string } {
  const { use, ...options } = random.pick(FAULTS)(random, subject);
  return { use: String(use), ...options };
}

function faultOf(random: SeededRandom, subject: Subject, where: Where, index: number): FaultConfig {
  const draw = FAULTS[index % FAULTS.length] ?? (() => ({ use: "worker-crash" }));
  const { use, ...options } = draw(random, subject);
  return { use: String(use), ...where, ...options };
}

const REPLICATIONS: readonly string[] = ["pair", "pair", "triple"];
const RECOVERIES: readonly SlotConfig[] = [
  { use: "third-replica" },
  { use: "rollback" },
  { use: "repair" },
  { use: "fail-stop" },
];

function drawSlots(
  random: SeededRandom,
  subject: Subject,
  faults: readonly FaultConfig[],
  recoveries: readonly SlotConfig[],
  replication = "pair",
): Record<string, SlotConfig> {
  const isHang = faults.some(({ use }) => use === "worker-hang");
  const isCrash = faults.some(({ use }) => use === "worker-crash");
  const isThreaded = isCrash || (isHang ? random.below(2) : random.below(ONE_IN_WORKERS)) === 0;
  return {
    replication: {
      use: replication,
      epochSteps: random.pick(subject.epochSteps),
      runAheadEpochs: 1 + random.below(4),
      ...(isHang ? { watchdogMs: HANG_WATCHDOG_MS } : {}),
    },
    placement: { use: isThreaded ? "worker-threads" : "inline" },
    memorySharing: { use: random.pick(["private", "copy-on-write", "merge-verified"]) },
    checkpoint: random.pick([
      { use: "never" },
      { use: "periodic", everyEpochs: 1 },
      { use: "periodic", everyEpochs: 3 },
      { use: "periodic", everyEpochs: 10 },
    ]),
    // Most of the time the one a pair is made for.
    recovery: random.below(2) === 0 ? { use: "third-replica" } : random.pick(recoveries),
  };
}

function registerFlip(group: RegisterAccess["group"]): Draw {
  const registers = HART_REGISTERS.filter((register) => register.group === group);
  return (random, subject) => {
    const hart = random.below(subject.run.harts ?? 1);
    const { name, bits } = random.pick(registers);
    return {
      use: "register-bit-flip",
      register: hartPrefix(hart) + name,
      // Bit 0 of the pc does not exist.
      bit: group === "pc" ? 1 + random.below(bits - 1) : random.below(bits),
    };
  };
}

/** Mostly a single bit, now and then a burst. */
function bitsBelow(random: SeededRandom, limit: number): { bit: number; width: number } {
  const width = random.below(4) === 0 ? 1 + random.below(4) : 1;
  return { bit: random.below(limit - width + 1), width };
}

function tlbFlip(table: "read" | "write" | "fetch"): Draw {
  return (random) => ({
    use: "tlb-bit-flip",
    table,
    field: random.pick(["page", "tag"]),
    // Most of the lower ones lead to other pages of the guest.
    ...bitsBelow(random, random.below(4) === 0 ? 44 : 12),
    steps: random.pick([1, 1000, 10_000]),
  });
}

/** For good, or for a while. */
function stuckFor(random: SeededRandom): { value: 0 | 1; steps?: number } {
  const value = random.below(2) === 0 ? 0 : 1;
  return random.below(2) === 0 ? { value } : { value, steps: 1 + random.below(5000) };
}

function stuck(group: RegisterAccess["group"]): Draw {
  const flip = registerFlip(group);
  return (random, subject) => ({ ...flip(random, subject), use: "stuck-at", ...stuckFor(random) });
}

interface Range {
  readonly address: number;
  readonly memoryBytes: number;
}

/** Program (0) or data with stacks (1) of the guest. */
function segmentOf(subject: Subject, index: number): Range {
  const path = guestFile(subject.run.guest);
  const segment = parseElf(readFileSync(path), path).segments[index];
  if (segment === undefined) throw new RangeError(`${path} has no segment ${index}`);
  return segment;
}

const addressIn = (random: SeededRandom, { address, memoryBytes }: Range): number =>
  address + random.below(memoryBytes);

const flipAt = (random: SeededRandom, address: number): Omit<FaultConfig, "replica" | "at"> => ({
  use: "memory-bit-flip",
  address,
  bit: random.below(8),
});
