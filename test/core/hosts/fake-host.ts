// A host in memory, whose replicas are no processes: they say what a test has them say.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair, type Duplex } from "node:stream";
import type { HostsSetup, Logger } from "../../../core/index.ts";
import { softwareDigest } from "../../../core/hosts/code-digest.ts";
import { HostServer } from "../../../core/hosts/host-server.ts";
import { LeaseGrants } from "../../../core/lease/lease-grants.ts";
import { hostClock } from "../../../core/lease/lease-terms.ts";
import type { ProcessUser, ReplicaProcess } from "../../../core/process/replica-process.ts";
import { ImpairedStream } from "../../../core/wire/impaired-stream.ts";

export const KEY: string = "k".repeat(40);
export const SOFTWARE: string = softwareDigest();
export const QUIET: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export class FakeProcess implements ReplicaProcess {
  readonly pid: number | undefined = undefined;
  readonly hasEnded: boolean = false;
  readonly isCutOff: boolean = false;
  readonly orders: unknown[] = [];
  readonly plugins: readonly string[];
  user: ProcessUser | undefined;
  isKilled = false;
  constructor(plugins: readonly string[]) {
    this.plugins = plugins;
  }
  attach(user: ProcessUser): void {
    this.user = user;
  }
  send(message: unknown): void {
    this.orders.push(message);
  }
  sendSlowly(message: unknown): Promise<void> {
    this.send(message);
    return Promise.resolve();
  }
  kill(): void {
    this.isKilled = true;
  }
  end(): Promise<void> {
    return Promise.resolve();
  }
}

export class FakeHost {
  readonly processes: FakeProcess[] = [];
  readonly server: HostServer;
  readonly links: ImpairedStream[] = [];
  isDown = false;
  isCut = false;
  /** Nothing can be promised. */
  isDiskFull = false;

  constructor(plugins: Readonly<Record<string, string>> = {}, software: string = SOFTWARE) {
    const server: HostServer = new HostServer({
      key: Buffer.from(KEY),
      code: { software, plugins: new Map(Object.entries(plugins)) },
      grants: new LeaseGrants({
        clock: hostClock,
        kept: {},
        keep: () => {
          if (this.isDiskFull) throw new Error("disk full");
        },
        onNewHolder: (vm, holder) => server.newHolder(vm, holder),
      }),
      logger: QUIET,
      silenceMs: 600,
      startProcess: (urls) => {
        const own = new FakeProcess(urls);
        this.processes.push(own);
        return own;
      },
    });
    this.server = server;
  }

  /** No byte passes from here on, or bytes pass again, new connections included. */
  setCut(isCut: boolean): void {
    this.isCut = isCut;
    for (const link of this.links) {
      if (isCut) link.cut();
      else link.heal();
    }
  }

  /** A connection through a network that the test can cut: `links` has it. */
  readonly reach = (): Promise<Duplex> => {
    if (this.isDown) {
      const refusal = Object.assign(new Error("it is down"), { code: "XV_ERR_HOST_UNREACHABLE" });
      return Promise.reject(refusal);
    }
    const [near, far] = duplexPair() as [Duplex, Duplex];
    const link = new ImpairedStream(near, { seed: this.links.length });
    link.on("error", () => {});
    if (this.isCut) link.cut();
    this.links.push(link);
    void this.server.serve(far, "coordinator");
    return Promise.resolve(link);
  };
}

/** A setup with a key file of its own. @param remove takes that away */
export function setupOf(
  hosts: HostsSetup["hosts"],
  more: Partial<HostsSetup> = {},
): { readonly setup: HostsSetup; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-links-"));
  const key = join(folder, "key");
  writeFileSync(key, KEY, { mode: 0o600 });
  const setup: HostsSetup = {
    vm: "vm",
    hosts,
    key,
    localCores: 1,
    leaseMs: 800,
    silenceMs: 600,
    giveUpMs: 0,
    isReconnecting: true,
    ...more,
  };
  return { setup, remove: () => rmSync(folder, { recursive: true }) };
}
