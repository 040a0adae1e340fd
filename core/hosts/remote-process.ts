// A replica's process on a far host, behind a connection of its own. When the connection goes, so does the replica: the
// host ends it, and nothing it says later is heard.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ProcessUser, ReplicaProcess } from "../process/replica-process.ts";
import type { WireConnection } from "../wire/wire-connection.ts";
import { checkedHostReport } from "./check-host-message.ts";

/** So long without a sign of its host, a replica that does not answer counts as cut off and not as hung. */
const DEAF_MS = 1500;

export class RemoteProcess implements ReplicaProcess {
  readonly pid: undefined = undefined;
  readonly #wire: Promise<WireConnection | undefined>;
  #connection: WireConnection | undefined;
  #user: ProcessUser | undefined;
  /** Undefined while it may live. */
  #end: { readonly why: string; readonly isCutOff: boolean } | undefined;
  #isKilled = false;

  /** @param connecting resolves with a connection that the host has welcomed */
  constructor(connecting: Promise<WireConnection>, place: string) {
    this.#wire = connecting.then(
      (wire) => {
        this.#connection = wire;
        wire.on("closed", () => this.#ended(`the connection to ${place} was lost`, true));
        wire.receive((message) => this.#take(message));
        if (this.#isKilled) wire.destroy();
        return wire;
      },
      (error: unknown) => {
        this.#ended(error instanceof Error ? error.message : String(error), true);
        return undefined;
      },
    );
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  get isCutOff(): boolean {
    if (this.#end !== undefined) return this.#end.isCutOff;
    const { heardMs = -Infinity } = this.#connection ?? {};
    return performance.now() - heardMs > DEAF_MS;
  }

  attach(user: ProcessUser): void {
    this.#user = user;
    const end = this.#end;
    if (end !== undefined) setImmediate(() => user.onEnd(end.why, end.isCutOff));
  }

  send(message: unknown): void {
    if (this.#connection === undefined) void this.#wire.then((wire) => this.#post(wire, message));
    else this.#post(this.#connection, message);
  }

  async sendSlowly(message: unknown): Promise<void> {
    const wire = await this.#wire;
    this.#post(wire, message);
    await wire?.drained();
  }

  kill(): void {
    this.#isKilled = true;
    this.#connection?.destroy();
  }

  end(): Promise<void> {
    this.#user = undefined;
    this.kill();
    return Promise.resolve();
  }

  /** What can't be sent to it is its end: nobody is prepared for an error. */
  #post(wire: WireConnection | undefined, message: unknown): void {
    try {
      wire?.send(message);
    } catch (error) {
      if (!(error instanceof ExtravirtError)) throw error;
      // It is not cut off: another one would have to be sent the same.
      this.#isKilled = true;
      setImmediate(() => {
        this.#ended(error.message, false);
        this.kill();
      });
    }
  }

  #take(message: unknown): void {
    const user = this.#user;
    if (user === undefined || this.#isKilled || this.#end !== undefined) return;
    try {
      const said = checkedHostReport(message);
      if (said.kind === "ended") this.#ended(said.why, false);
      else user.onMessage(said.report);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#ended(error.message, false);
      this.kill();
    }
  }

  #ended(why: string, isCutOff: boolean): void {
    if (this.#end !== undefined) return;
    this.#end = { why, isCutOff };
    this.#user?.onEnd(why, isCutOff);
  }
}
