// What crosses the sphere of replication, epoch by epoch. All of it is plain data.

/** An input: bytes for the device instance named by `channel`. */
export interface Input {
  readonly channel: string;
  readonly bytes: Uint8Array;
}

/** Everything that enters a replica at the start of an epoch. The log is a list of these. */
export interface EpochRecord {
  /** Counts from 0 at power-on. */
  readonly epoch: number;
  /** Steps to run at most. */
  readonly steps: number;
  /** Virtual time skipped at the start of the epoch, in ticks. */
  readonly jumpTicks: number;
  readonly inputs: readonly Input[];
}

/** An output: bytes a device emitted, in guest order within the epoch. */
export interface Output {
  readonly channel: string;
  readonly bytes: Uint8Array;
}

/** How the guest ended the machine. */
export interface GuestStop {
  readonly reason: "power-off" | "reset" | "guest-failure";
  readonly exitCode: number;
}

/** What a replica claims at the end of an epoch. */
export interface Ballot {
  readonly epoch: number;
  /** Steps since power-on. */
  readonly steps: number;
  readonly isIdle: boolean;
  /** Virtual time at the end of the epoch, ticks. */
  readonly tick: number;
  /** Tick of the next armed alarm, Infinity when none. */
  readonly nextAlarmTick: number;
  readonly stop: GuestStop | undefined;
  readonly outputs: readonly Output[];
  /** `Processor.registers()`. */
  readonly registers: Uint8Array;
  /** Pages written since the checkpoint it goes by. For checkpoint policies: replicas are not compared in it. */
  readonly dirtyPages: number;
}
