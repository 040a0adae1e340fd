// One child process of the coordinator that is, or is going to be, a replica, and the wire to it. What it is called is
// decided by the incarnation it was started with: nobody else can speak for it, and a process that was given up is killed
// and unheard.
import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { ExtravirtError } from "../api/extravirt-error.ts";
import { WireConnection } from "../wire/wire-connection.ts";
import { DESCRIPTOR, INCARNATION } from "./process-message.ts";
import type { ProcessUser, ReplicaProcess } from "./replica-process.ts";

const ENTRY = import.meta.url.endsWith(".ts") ? "./process-entry.ts" : "./process-entry.js";
/** The news of an end and the last that was sent come by different ways: so long the one waits for the other. */
const PATIENCE_MS = 2000;

export class HostProcess implements ReplicaProcess {
  readonly isCutOff: boolean = false;
  /** Undefined when there was not even an attempt. */
  readonly #child: ChildProcess | undefined;
  readonly #wire: Promise<WireConnection | undefined>;
  #connection: WireConnection | undefined;
  #user: ProcessUser | undefined;
  /** Undefined while it may live. */
  #why: string | undefined;
  #isKilled = false;
  #errorText = "";

  /** Never throws: a machine without memory or descriptors for one more process costs that process. */
  constructor(start: (incarnation: string) => ChildProcess = startChild) {
    const incarnation = randomUUID();
    const failed = (error: unknown): void =>
      this.#end(
        `no process could be started: ${error instanceof Error ? error.message : String(error)}`,
      );
    this.#wire = NO_WIRE;
    try {
      this.#child = start(incarnation);
    } catch (error) {
      failed(error);
      return;
    }
    this.#child.on("error", failed);
    // Without descriptors for them there are no streams; the error is on its way.
    const stdio = this.#child.stdio as unknown as readonly Duplex[] | undefined;
    const [wire, life] = [stdio?.[DESCRIPTOR.wire], stdio?.[DESCRIPTOR.life]];
    if (wire === undefined || life === undefined) return;
    life.on("error", () => {});
    this.#child.on("exit", (code, signal) => {
      const why = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      void this.#heard().then(() => this.#end(`its process ${why}`));
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#log(text));
    this.#wire = this.#connect(wire, incarnation);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get hasEnded(): boolean {
    return this.#why !== undefined;
  }

  /** It becomes a replica. */
  attach(user: ProcessUser): void {
    this.#user = user;
    if (this.#why !== undefined) setImmediate(() => user.onEnd(this.#why ?? ""));
    this.#log("");
  }

  send(message: unknown): void {
    if (this.#connection === undefined) void this.#wire.then((wire) => this.#post(wire, message));
    else this.#post(this.#connection, message);
  }

  /** Resolves when little waits to be sent. */
  async sendSlowly(message: unknown): Promise<void> {
    const wire = await this.#wire;
    this.#post(wire, message);
    await wire?.drained();
  }

  /** Whatever it does or says from here on, nobody is affected. */
  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    // Number 0, of one that was never started, would be the coordinator's whole group.
    if (this.pid !== undefined) this.#child?.kill("SIGKILL");
  }

  /** Resolves when it is gone. */
  async end(): Promise<void> {
    this.#user = undefined;
    this.kill();
    await this.#gone();
    this.#connection?.destroy();
    this.#why ??= "it was ended";
  }

  async #connect(stream: Duplex, incarnation: string): Promise<WireConnection | undefined> {
    try {
      const wire = await WireConnection.open(stream, {
        side: "initiator",
        identity: {},
        place: "a replica's process",
        handshakeMs: 60_000,
      });
      if (wire.peer[INCARNATION] !== incarnation) throw new Error("it is another process");
      this.#connection = wire;
      wire.on("closed", (error) => void this.#lost(error?.message));
      wire.receive((message) => this.#take(message));
      return wire;
    } catch (error) {
      void this.#lost(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** What can't be sent to it is its end: nobody is prepared for an error. */
  #post(wire: WireConnection | undefined, message: unknown): void {
    try {
      wire?.send(message);
    } catch (error) {
      if (!(error instanceof ExtravirtError)) throw error;
      this.kill();
      setImmediate(() => this.#end(error.message));
    }
  }

  #take(message: unknown): void {
    if (this.#user === undefined || this.#isKilled || this.#why !== undefined) return;
    try {
      this.#user.onMessage(message);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.kill();
      this.#end(error.message);
    }
  }

  /** What it sent before it died has been heard. */
  async #heard(): Promise<void> {
    const wire = this.#connection;
    if (wire !== undefined && !wire.isClosed) await within(once(wire, "closed"));
  }

  /** The connection is gone; mostly since the process is, which says more. */
  async #lost(why = "the connection to its process was closed"): Promise<void> {
    await this.#gone();
    if (this.#hasExited) return;
    this.kill();
    this.#end(why);
  }

  get #hasExited(): boolean {
    const { exitCode = null, signalCode = null } = this.#child ?? {};
    return exitCode !== null || signalCode !== null;
  }

  /** Waits for its exit, but not for long. */
  async #gone(): Promise<void> {
    if (this.#child?.pid === undefined || this.#hasExited) return;
    await within(once(this.#child, "exit"));
  }

  #end(why: string): void {
    if (this.#why !== undefined) return;
    this.#why = why;
    this.#user?.onEnd(why);
  }

  /** What it says for people, line by line. */
  #log(text: string): void {
    this.#errorText = (this.#errorText + text).slice(-MOST_TEXT);
    if (this.#user === undefined) return;
    const lines = this.#errorText.split("\n");
    this.#errorText = lines.pop() ?? "";
    const { logger, replica } = this.#user;
    for (const line of lines) if (line.trim() !== "") logger.warn({ replica }, line);
  }
}

const NO_WIRE: Promise<undefined> = Promise.resolve(undefined);

/** @throws when the system refuses, unless it is for a reason that the child's "error" tells */
function startChild(incarnation: string): ChildProcess {
  const entry = fileURLToPath(new URL(ENTRY, import.meta.url));
  // A session of its own: a key pressed in the terminal is a signal to the coordinator only.
  return spawn(process.execPath, [entry, incarnation], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    detached: true,
  });
}

/** Of the text of a process that is no replica yet, and of a line. */
const MOST_TEXT = 65_536;

/** Resolves with the event, or when it is overdue. */
async function within(event: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([event.catch(() => {}), overdue]);
  clearTimeout(timer);
}
