// Diagnosis of cores: what is wrong with a core whose replica was blamed, and whether it is used any longer.
import type { Provider } from "./provider.ts";

/**
 * "permanent": it errs again each time; "intermittent": sometimes; "transient": not any more. "unclear": the stretch goes
 * wrong elsewhere, too, so that the core is not to blame. "untried": nothing was executed, the blame is remembered.
 */
export type CoreVerdict = "permanent" | "intermittent" | "transient" | "unclear" | "untried";

/** What was found out about a core. */
export interface CoreFinding {
  readonly verdict: CoreVerdict;
  /** Executions of the stretch on the suspect core, and how many of them went wrong. */
  readonly replays: number;
  readonly wrong: number;
  /** For people, as a clause: "wrong in 2 of 2 replays". */
  readonly why: string;
  /** Why nobody is put there any more; absent where the core goes on to be used. */
  readonly retire?: string;
}

/** A core that was blamed, and what was found. */
export interface CoreDiagnosed extends CoreFinding {
  readonly core: number;
  /** The replica that was blamed. */
  readonly replica: number;
  /** Where the run stood: epoch of the divergence, steps agreed on. */
  readonly epoch: number;
  readonly steps: number;
}

export interface Suspicion extends Pick<CoreDiagnosed, "core" | "replica" | "epoch" | "steps"> {
  /** Earlier diagnoses of all cores in this run, oldest first. */
  readonly history: readonly CoreDiagnosed[];
  /** Replicas that run at a time, each on a core of its own. */
  readonly replicas: number;
}

/** An execution of the stretch: from the known-good checkpoint over all that replicas were sent since. */
export interface CoreTrial {
  readonly core: number;
  readonly isRight: boolean;
  /** It came to no end that tells of the core: its host was not heard, or nobody is left to compare with. */
  readonly isInconclusive?: boolean;
  /** What went wrong, for people; empty where nothing did. */
  readonly detail: string;
}

/** What a diagnosis may order. The replicas that go on stand still meanwhile. */
export interface DiagnosisMechanism {
  /** The recovery itself executed the stretch again, on another core, and it was right there. */
  readonly isStretchSound: boolean;
  /** A core without a replica and without blame to execute it on for comparison; undefined where there is none. */
  readonly otherCore: number | undefined;
  /** Nothing of a trial leaves, and it has no vote: it is compared in full with those that go on, and given up. */
  replay(core: number): Promise<CoreTrial>;
}

/** DETERMINISM: has to follow from its arguments and from what trials show; never from the host's time. */
export interface CoreDiagnosis {
  /** Absent where blame is only counted. */
  diagnose?(suspicion: Suspicion, mechanism: DiagnosisMechanism): Promise<CoreFinding>;
}

export interface CoreDiagnosisProvider extends Provider {
  readonly kind: "core-diagnosis";
  create(options: Readonly<Record<string, unknown>>): CoreDiagnosis;
}
