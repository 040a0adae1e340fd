// A process that is, or is going to be, a replica, wherever it runs.
import type { Logger } from "../api/logger.ts";

export interface ProcessUser {
  readonly replica: number;
  readonly logger: Logger;
  /** @throws RangeError for a message that it can't have sent in its right mind: its end */
  readonly onMessage: (message: unknown) => void;
  /**
   * Once, when it is dead or counts as dead. @param why for people, without anything that differs from run to run
   * @param isCutOff it may live, but cannot be heard
   */
  readonly onEnd: (why: string, isCutOff?: boolean) => void;
}

export interface ReplicaProcess {
  /** Undefined where it has none on this host. */
  readonly pid: number | undefined;
  readonly hasEnded: boolean;
  /** Nothing is heard of where it runs. */
  readonly isCutOff: boolean;
  /** It becomes a replica. */
  attach(user: ProcessUser): void;
  send(message: unknown): void;
  /** Resolves when little waits to be sent. */
  sendSlowly(message: unknown): Promise<void>;
  /** Whatever it does or says from here on, nobody is affected. */
  kill(): void;
  /** Resolves when it is gone, or can reach nobody. */
  end(): Promise<void>;
}
