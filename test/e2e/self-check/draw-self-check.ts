// Draws a fault and a machine that checks itself to meet it.
import type { RegisterAccess } from "../../../core/index.ts";
import { HART_REGISTERS, hartPrefix } from "../../../guest-archs/riscv/register-names.ts";
import { COMPILERS, type Experiment } from "../single-fault/draw-experiment.ts";
import type { SeededRandom } from "../single-fault/seeded-random.ts";
import type { Subject } from "../single-fault/subjects.ts";

/** What duplicated instructions protect. */
export const PROTECTED = ["integer", "float", "pc", "result-bit-flip", "branch-flip"] as const;
/**
 * What has no shadow, and what happens between comparison and use. Memory is left out: it makes no difference to a
 * machine that does not check itself.
 */
export const UNPROTECTED = [
  "control",
  "store-address-bit-flip",
  "store-data-bit-flip",
  "load-address-bit-flip",
  "load-data-bit-flip",
] as const;
export type Site = (typeof PROTECTED)[number] | (typeof UNPROTECTED)[number];

/** @param steps of a run without fault; instants spread over them */
export function drawSelfCheck(
  random: SeededRandom,
  subject: Subject,
  site: Site,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Experiment {
  const harts = subject.run.harts ?? 1;
  const where = { replica: 0, at: random.below(steps) };
  const fault = { ...where, ...faultAt(random, site, harts) };
  return {
    seed,
    faults: [fault],
    slots: {
      replication: {
        use: "duplicated",
        epochSteps: random.pick(subject.epochSteps),
        runAheadEpochs: 1 + random.below(4),
      },
      placement: { use: "inline" },
      checkpoint: random.pick([
        { use: "never" },
        { use: "periodic", everyEpochs: 1 },
        { use: "periodic", everyEpochs: 10 },
      ]),
      recovery: { use: "rollback" },
    },
    compiler: random.pick(COMPILERS),
  };
}

function faultAt(
  random: SeededRandom,
  site: Site,
  harts: number,
): { readonly use: string } & Readonly<Record<string, unknown>> {
  switch (site) {
    case "integer":
    case "float":
    case "control":
    case "pc":
      return { use: "register-bit-flip", ...registerBit(random, site, harts) };
    case "branch-flip":
      return { use: site };
    default:
      // Bits that every access has.
      return { use: site, bit: random.below(site.endsWith("data-bit-flip") ? 8 : 32) };
  }
}

function registerBit(
  random: SeededRandom,
  group: RegisterAccess["group"],
  harts: number,
): { readonly register: string; readonly bit: number } {
  const { name, bits } = random.pick(HART_REGISTERS.filter((register) => register.group === group));
  return {
    register: hartPrefix(random.below(harts)) + name,
    // Bit 0 of the pc does not exist.
    bit: group === "pc" ? 1 + random.below(bits - 1) : random.below(bits),
  };
}
