// Arrival of faults: when faults come and where they strike. An arrival provider turns its options and plain facts about
// the machine into concrete records before anything runs; each record then is a fault like those of `faults`, and
// repeats alone.
import type { FaultConfig } from "./config.ts";
import type { FaultModel } from "./fault-model.ts";
import type { RegisterAccess } from "./processor.ts";
import type { Provider } from "./provider.ts";

/** The machine that faults arrive at. */
export interface ArrivalTarget {
  /** Of all harts; empty where the platform does not tell. */
  readonly registers: readonly RegisterAccess[];
  readonly harts: number;
  readonly ramBase: number;
  readonly ramBytes: number;
  /** Cores that run a replica at a time. */
  readonly busyCores: number;
  /** All there are, numbered from 0: more than those, for witnesses of recoveries. Nobody notices a fault of an idle one. */
  readonly cores: number;
  /** Step at which the run ends at the latest; 0 where nothing limits it. */
  readonly stepLimit: number;
  /** Steps in a second of the machine's own time. */
  readonly stepsPerSecond: number;
  readonly models: readonly FaultModel[];
  /** @throws XV_ERR_CONFIG_UNKNOWN_PROVIDER naming the nearest one. */
  model(name: string): FaultModel;
}

/** How often faults strike one kind of structure, before anything masks them. FIT: events in 10^9 hours. */
export interface RawRate {
  readonly structure: string;
  /** Fault model by which its events are injected. */
  readonly model: string;
  /** Bits of one core's copy; absent where the rate is no rate per bit. */
  readonly bits?: number;
  /** Of one core, at the place described. */
  readonly fit: number;
  /** Corrected before anything reads it: its events are counted and never injected. */
  readonly isProtected: boolean;
}

/** What an arrival provider knows about the world its faults come from. */
export interface ArrivalProfile {
  /** In words: "1,609 m, cutoff rigidity 2.80 GV, average solar activity". */
  readonly place: string;
  /** Neutron flux relative to the reference of the raw rates. */
  readonly relativeFlux: number;
  /** Cores that are struck while they run a replica, at a time. */
  readonly cores: number;
  readonly rates: readonly RawRate[];
  /** Hours of operation of one core that the run stands for. */
  readonly hoursInRun: number;
  /** That many times more often than in the machine's own time. */
  readonly acceleration: number;
  readonly missionHours: number;
}

export interface FaultArrivalProvider extends Provider {
  readonly kind: "fault-arrival";
  /**
   * DETERMINISM: depends on nothing but its arguments; the same arguments give the same records, in order of `at`.
   * @throws ExtravirtError whose place is the name of the option that cannot be met.
   */
  expand(options: Readonly<Record<string, unknown>>, target: ArrivalTarget): readonly FaultConfig[];
  /** Present where rates come from a model of the world, for figures of reliability. Throws as `expand` does. */
  profile?(options: Readonly<Record<string, unknown>>, target: ArrivalTarget): ArrivalProfile;
}
