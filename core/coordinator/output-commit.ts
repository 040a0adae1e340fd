// Output commit: releases agreed outputs to the backends, once and in guest order, and collects what they answer.
import { createHash, type Hash } from "node:crypto";
import { checksumOf } from "../boundary/checksum.ts";
import type { Checked } from "../boundary/device-host.ts";
import type { BackendContext, OpenBackend } from "../api/backend.ts";
import type { Input, Output } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { Logger } from "../api/logger.ts";
import type { Registry } from "../api/plugin.ts";
import { WaitingInputs } from "./waiting-inputs.ts";
import { callForeign } from "./foreign-errors.ts";
import { optionsOf, type DevicePlan } from "../machine/machine-plan.ts";

export class OutputCommit {
  readonly facts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  outputs = 0;
  bytes = 0;
  readonly #backends: ReadonlyMap<string, OpenBackend>;
  readonly inputs: WaitingInputs;
  readonly #hashes = new Map<string, Hash>();

  private constructor(backends: ReadonlyMap<string, OpenBackend>, inputs: WaitingInputs) {
    this.#backends = backends;
    this.inputs = inputs;
    this.facts = Object.fromEntries([...backends].map(([id, backend]) => [id, backend.facts]));
  }

  /**
   * Opens the backends of all devices. When one fails, those opened before are closed again.
   * @param mayLeave for backends that keep bytes back after they were released
   */
  static async open(
    devices: readonly DevicePlan[],
    registry: Registry,
    logger: Logger,
    onInput: () => void,
    requestStop: () => void,
    mayLeave: () => boolean = () => true,
  ): Promise<OutputCommit> {
    const backends = new Map<string, OpenBackend>();
    const inputs = new WaitingInputs();
    try {
      for (const { id, backend } of devices) {
        if (backend === undefined) continue;
        const context: BackendContext = {
          deviceId: id,
          logger,
          requestStop,
          mayLeave,
          input: (bytes) => {
            inputs.add(id, bytes);
            onInput();
          },
        };
        const provider = registry.get("backend", backend.use);
        backends.set(id, await provider.open(optionsOf(backend), context));
      }
    } catch (error) {
      for (const backend of backends.values()) await backend.close();
      throw error;
    }
    return new OutputCommit(backends, inputs);
  }

  get hasInputs(): boolean {
    return this.inputs.items.length > 0;
  }

  get isInteractive(): boolean {
    return [...this.#backends.values()].some((backend) => backend.isInteractive);
  }

  start(): void {
    for (const backend of this.#backends.values()) callForeign(() => backend.start());
  }

  /** @throws XV_ERR_BOUNDARY_OUTPUT for one that has another checksum than where a device below emitted it */
  commit(outputs: readonly (Output & Partial<Checked>)[]): void {
    for (const { channel, bytes, checksum } of outputs) {
      if (checksum !== undefined && checksum !== checksumOf(channel, bytes)) {
        throw damagedOutput(channel);
      }
      this.outputs++;
      this.bytes += bytes.length;
      this.#hashOf(channel).update(bytes);
      callForeign(() => this.#backends.get(channel)?.output(bytes));
    }
  }

  /** Of all that was released, in hexadecimal: how a channel's bytes were cut into outputs makes no difference. */
  get digest(): string {
    const all = createHash("sha256");
    for (const [channel, hash] of [...this.#hashes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      all.update(`${channel} ${hash.copy().digest("hex")}\n`);
    }
    return all.digest("hex");
  }

  #hashOf(channel: string): Hash {
    const known = this.#hashes.get(channel);
    if (known !== undefined) return known;
    const hash = createHash("sha256");
    this.#hashes.set(channel, hash);
    return hash;
  }

  /** Inputs waiting to enter, in order of arrival. */
  takeInputs(): Input[] {
    const taken = this.inputs.take();
    for (const channel of new Set(taken.map((input) => input.channel))) {
      callForeign(() => this.#backends.get(channel)?.inputsTaken?.());
    }
    return taken;
  }

  async close(): Promise<void> {
    for (const backend of this.#backends.values()) await backend.close();
  }
}

const damagedOutput = (device: string): ExtravirtError =>
  new ExtravirtError(
    "XV_ERR_BOUNDARY_OUTPUT",
    `An output of ${device} has another checksum than where its device model emitted it.`,
    {
      place: `device ${device}`,
      remedy: "The coordinator's memory is not reliable: start the machine again, elsewhere.",
    },
  );
