// All hosts of a run, as its coordinator sees them: which cores can be used now, and whether outputs may leave.
import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Logger } from "../api/logger.ts";
import type { HostsSetup } from "../api/placement.ts";
import type { OutputGate } from "../coordinator/output-gate.ts";
import type { RunStop } from "../coordinator/run-report.ts";
import { hostClock, type LeaseAnswer } from "../lease/lease-terms.ts";
import { OutputLease } from "../lease/output-lease.ts";
import { pluginDigest, softwareDigest } from "./code-digest.ts";
import { connectHost } from "./connect-host.ts";
import { HostLink } from "./host-link.ts";
import type { Hello } from "./host-message.ts";
import { readKeyFile } from "./key-file.ts";
import { RemoteProcess } from "./remote-process.ts";

export interface HostLinksOptions {
  readonly setup: HostsSetup;
  /** URLs of the config's plugins. */
  readonly plugins: readonly string[];
  readonly logger: Logger;
  /** Whether outputs may leave, or which hosts can be reached, may have changed. */
  readonly onChange: () => void;
  readonly reach?: (address: string) => Promise<Duplex>;
}

/** Renewals in the time of a lease: some may be lost, or late. */
const RENEWALS = 5;
/** Another coordinator's lease may have to run out first, and two that start at once step back. */
const START_LEASES = 4;
const START_MS = 2000;
const LOOK_MS = 50;

export class HostLinks implements OutputGate {
  readonly #options: HostLinksOptions;
  readonly #lease: OutputLease;
  readonly #links: readonly HostLink[];
  readonly #key: Uint8Array;
  readonly #identity: Omit<Hello, "purpose" | "term">;
  #timer: NodeJS.Timeout | undefined;
  #lastOpenMs: number = performance.now();

  /** @throws an ExtravirtError when no majority of the hosts can be reached, or another coordinator has them */
  static async open(options: HostLinksOptions): Promise<HostLinks> {
    const links = new HostLinks(options);
    try {
      await links.#begin();
    } catch (error) {
      await links.close();
      throw error;
    }
    return links;
  }

  private constructor(options: HostLinksOptions) {
    const { setup, plugins, logger, onChange } = options;
    this.#options = options;
    this.#key = readKeyFile(setup.key, "placement.key");
    this.#identity = {
      kind: "hello",
      vm: setup.vm,
      holder: randomUUID(),
      software: softwareDigest(),
      plugins: plugins.map((url) => pluginDigest(url)),
    };
    this.#lease = new OutputLease({
      vm: setup.vm,
      holder: this.#identity.holder,
      hosts: setup.hosts.length,
      leaseMs: setup.leaseMs,
      clock: hostClock,
      onChange,
    });
    this.#links = setup.hosts.map(
      ({ address }, host) =>
        new HostLink({
          ...this.#accessTo(address),
          hello: () => this.#hello("lease"),
          logger,
          isReconnecting: setup.isReconnecting,
          onAnswer: (answer: LeaseAnswer) => {
            if (this.#lease.answered(host, answer)) this.#renew();
          },
          onChange: () => {
            this.#renew();
            onChange();
          },
        }),
    );
  }

  get term(): number {
    return this.#lease.term;
  }

  get isOpen(): boolean {
    const isOpen = this.#lease.remainingMs > 0;
    if (isOpen) this.#lastOpenMs = performance.now();
    return isOpen;
  }

  get nextLookMs(): number {
    return LOOK_MS;
  }

  get spreadMs(): number {
    return this.#options.setup.silenceMs;
  }

  get stop(): RunStop | undefined {
    const { vm, giveUpMs } = this.#options.setup;
    if (this.#lease.isLost) {
      const detail = `another coordinator has taken over "${vm}" under a newer term`;
      return { reason: "fenced", exitCode: 0, detail };
    }
    const closedMs = this.isOpen ? 0 : performance.now() - this.#lastOpenMs;
    if (giveUpMs === 0 || closedMs < giveUpMs) return undefined;
    const detail = `no majority of the hosts was heard for ${giveUpMs} ms`;
    return { reason: "cut-off", exitCode: 0, detail };
  }

  /** Hosts that cannot be reached now. */
  get missing(): readonly string[] {
    return this.#links.filter(({ isReachable }) => !isReachable).map(({ address }) => address);
  }

  /** Why these can't be reached, by address, where an attempt said so. */
  get reasons(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#links.flatMap(({ isReachable, address, failure }) =>
        isReachable || failure === undefined ? [] : [[address, failure.message]],
      ),
    );
  }

  /** Number of the host that has a core: 0 for this one, then in the order of the config. */
  hostOf(core: number): number {
    const { localCores, hosts } = this.#options.setup;
    let first = localCores;
    if (core < first) return 0;
    for (const [index, { cores }] of hosts.entries()) {
      first += cores;
      if (core < first) return index + 1;
    }
    throw new RangeError(`there is no core ${core}`);
  }

  isReachable(core: number): boolean {
    const host = this.hostOf(core);
    return host === 0 || this.#links[host - 1]?.isReachable === true;
  }

  /** A process for a replica on this core; undefined where that is this host's. */
  startElsewhere(core: number): RemoteProcess | undefined {
    const host = this.hostOf(core);
    if (host === 0) return undefined;
    const address = this.#options.setup.hosts[host - 1]?.address ?? "";
    const connecting = connectHost(this.#accessTo(address), this.#hello("replica"));
    return new RemoteProcess(connecting, `host ${address}`);
  }

  /** Reaches for all hosts that are missing. @returns those that are missing still */
  async reprotect(): Promise<readonly string[]> {
    await Promise.all(this.#links.map((link) => link.connect()));
    return this.missing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const last = this.#lease.giveBack();
    await Promise.all(this.#links.map((link) => link.close(last)));
  }

  async #begin(): Promise<void> {
    const { setup } = this.#options;
    await Promise.all(this.#links.map((link) => link.connect()));
    const refusals = this.#links.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
    // A mistake that lasts, and not a host that is down.
    const [mistake] = refusals.filter(
      (error) => !TRANSIENT.has((error as Partial<ExtravirtError>).code ?? ""),
    );
    if (mistake !== undefined) throw mistake;
    const reached = this.#links.length - refusals.length;
    if (refusals[0] !== undefined && reached < this.#lease.majority) throw refusals[0];
    if (setup.isReconnecting) {
      for (const link of this.#links) if (!link.isReachable) void link.reconnect();
    }
    this.#renew();
    this.#timer = setInterval(() => this.#renew(), setup.leaseMs / RENEWALS);
    const deadlineMs = performance.now() + setup.leaseMs * START_LEASES + START_MS;
    while (!this.isOpen) {
      if (performance.now() > deadlineMs) throw this.#notGranted();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  #renew(): void {
    const back = this.#lease.stepBack(Math.random());
    for (const [host, link] of this.#links.entries()) {
      if (back !== undefined) link.send(back);
      const request = this.#lease.request(host);
      if (request !== undefined) link.send(request);
    }
  }

  #hello(purpose: Hello["purpose"]): Hello {
    return { ...this.#identity, purpose, term: this.#lease.term };
  }

  #accessTo(address: string): Parameters<typeof connectHost>[0] {
    const { setup, reach } = this.#options;
    const { silenceMs } = setup;
    return { address, key: this.#key, silenceMs, ...(reach !== undefined && { reach }) };
  }

  #notGranted(): ExtravirtError {
    const { vm } = this.#options.setup;
    const silent = this.#links.flatMap(({ address }, host) =>
      this.#lease.isGrantedBy(host) ? [] : [address],
    );
    if (!this.#lease.isContested) {
      return new ExtravirtError(
        "XV_ERR_HOST_UNREACHABLE",
        `No majority of the hosts grants the lease on "${vm}", though none says that another run has it: nothing was granted by ${silent.join(", ")}.`,
        {
          place: "placement.hosts",
          value: silent.join(", "),
          remedy:
            "Look at what `extravirt host` logs there: a host that can't write its state file (--state) grants nothing. Check the network between, too.",
        },
      );
    }
    return new ExtravirtError(
      "XV_ERR_HOST_BUSY",
      `Another coordinator runs "${vm}" on these hosts.`,
      {
        place: "placement.vm",
        value: vm,
        remedy: "End it first, or give this virtual machine a name of its own.",
      },
    );
  }
}

/** Of hosts that may be back later. */
const TRANSIENT: ReadonlySet<string> = new Set([
  "XV_ERR_HOST_UNREACHABLE",
  "XV_ERR_WIRE_LOST",
  "XV_ERR_WIRE_SILENT",
  "XV_ERR_WIRE_CORRUPT",
]);
