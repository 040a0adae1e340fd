// An experiment of a campaign, and what became of it. Plain data: posted to workers, kept in result stores.
import type { FaultConfig } from "./config.ts";

/** One fault to inject. */
export interface Experiment {
  /** Place in the plan, from 0. With the campaign and the variant it names the experiment. */
  readonly index: number;
  readonly fault: FaultConfig;
  /** Part of the fault space that it was drawn from: "register-bit-flip", or finer where the sampling says so. */
  readonly stratum: string;
  /** Points of the fault space (a bit of a site before a step) that it stands for beside others of its stratum; 1 unless equivalent points were pruned. */
  readonly weight: number;
}

/**
 * masked             nothing that a user could see changed, and nothing was detected
 * recovered          detected; the run went on and ended as the one without faults
 * stopped            detected; the run ended, having released nothing wrong
 * silent-corruption  an output differs from that of the run without faults, and the guest ended as in that run, or
 *                    went wrong before somebody noticed
 * crash              undetected by ExtraVirt; the guest failed by itself, or ended in another way, whatever it released
 * hang               undetected; the guest waits for ever, or did not end within the limit of steps
 * recovered-wrong    detected and recovered, and an output differs nevertheless
 */
export const OUTCOMES = [
  "masked",
  "recovered",
  "stopped",
  "silent-corruption",
  "crash",
  "hang",
  "recovered-wrong",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes from which replication is to save the user. */
export const FAILURES: readonly Outcome[] = [
  "silent-corruption",
  "crash",
  "hang",
  "recovered-wrong",
];

/** Whoever noticed: a comparison (of ballots, or in full at a checkpoint), the end of a replica, or the replica itself. */
export type Detector = "ballots" | "state" | "crash" | "hang" | "self-check";

/** What was wrong first, as far as it was looked at. */
export interface Propagation {
  /** "hart0.x5" */
  readonly register?: string;
  /** Guest-physical page number. */
  readonly page?: number;
  /** "uart0, byte 17" */
  readonly output?: string;
}

/** The instruction that the fault struck, or that came next. */
export interface StruckInstruction {
  readonly hart: number;
  readonly pc: bigint;
  /** "main+0x10" where the guest has symbols. */
  readonly symbol?: string;
  /** Disassembly. */
  readonly text: string;
}

/** DETERMINISM: everything but `measured` depends on the campaign's definition alone. */
export interface ExperimentResult {
  readonly index: number;
  readonly outcome: Outcome;
  /** What the fault did, in its model's words; undefined where the run ended before it, or the site did not exist. */
  readonly injected?: string;
  /** Step before which it happened. */
  readonly injectedAt?: number;
  readonly struck?: StruckInstruction;
  readonly detector?: Detector;
  /** What differed, for people. */
  readonly detail?: string;
  /** From the fault to the end of the epoch in which it was noticed. */
  readonly latencySteps?: number;
  readonly latencyEpochs?: number;
  /** Steps since the known-good checkpoint, which a recovery executes again. */
  readonly lostSteps?: number;
  readonly firstWrong?: Propagation;
  /** Why nothing more was executed. */
  readonly ended:
    | "converged"
    | "detected"
    | "wrong-output"
    | "guest-end"
    | "step-limit"
    | "not-reached";
  /** Of the host; never compared between runs of a campaign. */
  readonly measured?: { readonly wallMs: number; readonly recoveryMs?: number };
}
