// Time inside a replica: retired instructions x a configured rate, plus logged jumps.

/** A one-shot comparator against virtual time. Not saved: its owner sets it again on restore. */
export interface Alarm {
  /** Fires at the first step where `now() >= tick`; Infinity disarms. A past tick fires before the next step. */
  set(tick: number): void;
}

/**
 * DETERMINISM: everything here is a function of retired steps and of logged jumps.
 * A step is one instruction retired or one trap or interrupt taken (so that no guest can stop time by trapping for ever).
 */
export interface VirtualClock {
  /** Ticks per second of virtual time: 10,000,000 as on QEMU's `virt`. */
  readonly ticksPerSecond: number;
  /** Current time in ticks, a safe integer. Exact within a run: the processor reports its steps before calling out. */
  now(): number;
  /** Virtual nanoseconds since the Unix epoch: logged start time plus `now()`. */
  wallNanoseconds(): bigint;
  /** Steps executed by the machine since power-on. */
  readonly steps: number;
  createAlarm(fire: () => void): Alarm;
}
