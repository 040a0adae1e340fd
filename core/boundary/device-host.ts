// Device models below the replicas: each exists once, here in the coordinator. What the replicas agreed to ask is done
// in order, at the step at which they asked; what comes of it is a reply, which enters every replica at one boundary.
// Only agreed requests and logged inputs come here, so that nothing done here ever has to be undone, except an exchange
// in which a device reads guest memory that the replicas do not agree on: it is done again when they do.
import { crc32 } from "node:zlib";
import type { StateCell } from "../api/coordinator-state.ts";
import type { Device } from "../api/device.ts";
import type { Ballot, GuestStop, Input, Output } from "../api/epoch.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { PlannedDevice } from "../api/platform.ts";
import type { VirtualClock } from "../api/virtual-clock.ts";
import { deviceCells } from "../machine/device-cells.ts";
import { MachineClock } from "../machine/machine-clock.ts";
import { checksumOf } from "./checksum.ts";
import { ComparedMemory, type ReplicaPages } from "./compared-memory.ts";
import { type DeviceEffect, encodeReply } from "./device-reply.ts";
import { decodeRequest, type DeviceEvent, DEVICES_CHANNEL } from "./device-request.ts";
import { SealedDevice } from "./sealed-device.ts";

/** Bytes with the checksum that they had where they came from. */
export interface Checked {
  readonly checksum: number;
}

export interface DeviceHostParts {
  readonly devices: readonly PlannedDevice[];
  /** Facts from the backends by device id. */
  readonly facts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly stepsPerTick: number;
  readonly startNanoseconds: bigint;
  readonly ramBase: number;
  readonly ramBytes: number;
  readonly pages: ReplicaPages;
  /** Whether the state of the models lies under seals between exchanges. */
  readonly isSealed: boolean;
  /** A model's state was changed from outside, and put back. */
  readonly onRepair: (device: string) => void;
}

/** What device models below the replicas did in a run. */
export interface DevicesBelowReport {
  /** Epochs that ended with a request. */
  readonly exchanges: number;
  readonly events: number;
  readonly repairs: number;
  /** Bytes of device state, which exists once, by device. */
  readonly stateBytes: readonly { readonly id: string; readonly bytes: number }[];
}

/** Where in virtual time something happens. */
interface Instant {
  readonly steps: number;
  readonly tick: number;
}

interface Emitted {
  readonly channel: string;
  readonly chunks: Uint8Array[];
  checksum: number;
}

export class DeviceHost {
  /** Exchanges so far, and what was asked in them. */
  exchanges = 0;
  events = 0;
  /** Models whose state had changed from outside and was put back. */
  repairs = 0;
  readonly #parts: DeviceHostParts;
  readonly #clock: MachineClock;
  readonly #memory: ComparedMemory;
  readonly #devices: readonly SealedDevice[];
  readonly #touched = new Set<SealedDevice>();
  #alarmTick = Infinity;
  /** Of the exchange that is going on. */
  #effects: DeviceEffect[] = [];
  /** Replies that have not entered, sealed as soon as they were complete. */
  #replies: Uint8Array[] = [];
  #emitted: Emitted[] = [];

  constructor(parts: DeviceHostParts) {
    this.#parts = parts;
    this.#clock = new MachineClock(parts.stepsPerTick, parts.startNanoseconds, () => {});
    this.#memory = new ComparedMemory(parts.ramBytes, parts.ramBase, parts.pages, (effect) =>
      this.#effects.push(effect),
    );
    const devices: SealedDevice[] = [];
    this.#devices = devices;
    for (const [index, planned] of parts.devices.entries()) {
      devices.push(this.#create(planned, index));
    }
  }

  /** Bytes of device state, by device. */
  get stateBytes(): readonly { readonly id: string; readonly bytes: number }[] {
    return this.#devices.map(({ id, stateBytes }) => ({ id, bytes: stateBytes }));
  }

  get report(): DevicesBelowReport {
    const { exchanges, events, repairs, stateBytes } = this;
    return { exchanges, events, repairs, stateBytes };
  }

  get hasReply(): boolean {
    return this.#replies.length > 0;
  }

  /** State of the models, for faults. */
  cells(): StateCell[] {
    return this.#devices.flatMap((entry) => deviceCells(entry.id, entry));
  }

  /** What is to enter the replicas, and to leave; for faults, which change it in place. */
  get state(): object {
    return { replies: this.#replies, emitted: this.#emitted };
  }

  /**
   * Does what an agreed ballot asks for. Nothing is done where it throws.
   * @throws MemoryDiffers
   * @throws XV_ERR_BOUNDARY_REQUEST
   */
  exchange(ballot: Ballot): void {
    const request = ballot.outputs.find(({ channel }) => channel === DEVICES_CHANNEL);
    if (request === undefined) return;
    const events = decodeRequest(request.bytes);
    if (events === undefined) throw damagedRequest(ballot.epoch);
    this.#transact(() => {
      for (const event of events) {
        this.#moveTo({ steps: ballot.steps, tick: ballot.tick });
        this.#clock.report(event.step);
        this.#carryOut(event);
      }
    });
    this.exchanges++;
    this.events += events.length;
  }

  /** What left the models since the last call: outputs of the machine. */
  takeOutputs(): (Output & Checked)[] {
    const outputs = this.#emitted.map(({ channel, chunks, checksum }) => ({
      channel,
      bytes: new Uint8Array(Buffer.concat(chunks)),
      checksum,
    }));
    this.#emitted = [];
    return outputs;
  }

  /**
   * Delivers inputs to the models at an instant at which the replicas stand still.
   * @returns what enters the replicas there
   * @throws MemoryDiffers nothing is done then
   * @throws XV_ERR_BOUNDARY_INPUT
   */
  enter(inputs: readonly (Input & Checked)[], at: Instant): Input[] {
    const damaged = inputs.find(
      ({ channel, bytes, checksum }) => checksumOf(channel, bytes) !== checksum,
    );
    if (damaged !== undefined) throw damagedInput(damaged.channel);
    if (inputs.length > 0) {
      this.#moveTo(at);
      this.#transact(() => {
        for (const { channel, bytes } of inputs) {
          const entry = this.#devices.find(({ id }) => id === channel);
          if (entry === undefined) continue;
          this.#touch(entry);
          entry.device.deliver?.(bytes);
        }
      });
    }
    const entering = this.#replies.map((bytes) => ({ channel: DEVICES_CHANNEL, bytes }));
    this.#replies = [];
    this.#memory.settle();
    return entering;
  }

  #create({ id, model, options, place }: PlannedDevice, index: number): SealedDevice {
    const { facts, ramBase, isSealed } = this.#parts;
    const isStream = model.backend === "console";
    const context = {
      id,
      place,
      memory: this.#memory,
      ramBase,
      clock: this.#clockOf(index),
      facts: facts[id] ?? {},
      emit: (bytes: Uint8Array) => this.#emit(id, bytes, isStream),
      // Every access ends an epoch: there is no more work in one than an access makes.
      spend: () => {},
      stop: (reason: GuestStop["reason"], exitCode: number) =>
        void this.#effects.push({ kind: "stop", reason, exitCode }),
    };
    return new SealedDevice(
      id,
      (interrupt) => model.create(options, { ...context, interrupt }),
      isSealed,
      (isHigh) => this.#effects.push({ kind: "line", device: index, isHigh }),
    );
  }

  /** Alarms of a model count as something done to it. */
  #clockOf(index: number): VirtualClock {
    const clock = this.#clock;
    return {
      ticksPerSecond: clock.ticksPerSecond,
      now: () => clock.now(),
      wallNanoseconds: () => clock.wallNanoseconds(),
      get steps() {
        return clock.steps;
      },
      createAlarm: (fire) =>
        clock.createAlarm(() => {
          this.#touch(this.#device(index));
          fire();
        }),
    };
  }

  #carryOut({ kind, device: index, address, size, value }: DeviceEvent): void {
    if (kind === "alarm") {
      this.#alarmTick = Infinity;
      this.#clock.fireDueAlarms();
      return;
    }
    const entry = this.#device(index);
    this.#touch(entry);
    const { device } = entry;
    const offset = address - (this.#parts.devices[index]?.place.base ?? 0);
    const width = size as 1 | 2 | 4;
    if (kind === "read") {
      this.#effects.push({ kind: "answer", value: device.read(offset, width) >>> 0 });
    } else if (kind === "write") device.write(offset, width, value);
    else if (kind === "console-write") device.console?.write(value);
    else this.#giveConsole(device, value);
  }

  #giveConsole({ console }: Device, most: number): void {
    const received: number[] = [];
    while (received.length < most) {
      const byte = console?.read() ?? -1;
      if (byte < 0) break;
      received.push(byte);
    }
    if (received.length === 0) return;
    const bytes = Uint8Array.from(received);
    this.#effects.push({ kind: "console", bytes, checksum: crc32(bytes) });
  }

  #emit(channel: string, bytes: Uint8Array, isStream: boolean): void {
    const last = this.#emitted.at(-1);
    if (isStream && last?.channel === channel) {
      last.chunks.push(bytes.slice());
      last.checksum = checksumOf(channel, bytes, last.checksum);
    } else {
      const checksum = checksumOf(channel, bytes);
      this.#emitted.push({ channel, chunks: [bytes.slice()], checksum });
    }
  }

  #device(index: number): SealedDevice {
    const device = this.#devices[index];
    if (device === undefined) throw new RangeError(`the machine has no device ${index}`);
    return device;
  }

  /** Something is about to be done to a model. */
  #touch(entry: SealedDevice): void {
    if (this.#touched.has(entry)) return;
    this.#touched.add(entry);
    if (!entry.check()) return;
    this.repairs++;
    this.#parts.onRepair(entry.id);
  }

  /** All or nothing. What is done becomes a reply. */
  #transact(action: () => void): void {
    const alarmTick = this.#alarmTick;
    const { pending } = this.#memory;
    const emitted = this.#emitted.length;
    // A stream's last output would grow: what was there before stays as it is.
    const last = this.#emitted.at(-1);
    const before = last && { ...last, chunks: [...last.chunks] };
    this.#effects = [];
    try {
      action();
      for (const entry of this.#touched) entry.seal();
    } catch (error) {
      for (const entry of this.#touched) entry.undo();
      this.#emitted.length = emitted;
      if (before !== undefined) this.#emitted[emitted - 1] = before;
      this.#alarmTick = alarmTick;
      this.#memory.undoTo(pending);
      throw error;
    } finally {
      this.#touched.clear();
    }
    const tick = this.#clock.nextAlarmTick();
    if (tick !== this.#alarmTick) this.#effects.push({ kind: "alarm", tick });
    this.#alarmTick = tick;
    this.#replies.push(encodeReply(this.#effects));
  }

  #moveTo({ steps, tick }: Instant): void {
    this.#clock.report(steps);
    this.#clock.jump(tick - this.#clock.now());
  }
}

const damagedRequest = (epoch: number): ExtravirtError =>
  new ExtravirtError(
    "XV_ERR_BOUNDARY_REQUEST",
    `What the replicas ask of their devices in epoch ${epoch} has another checksum than where they wrote it.`,
    { remedy: "The coordinator's memory is not reliable: start the machine again, elsewhere." },
  );

const damagedInput = (device: string): ExtravirtError =>
  new ExtravirtError(
    "XV_ERR_BOUNDARY_INPUT",
    `An input for ${device} has another checksum than where its backend handed it over.`,
    {
      place: `device ${device}`,
      remedy: "The coordinator's memory is not reliable: start the machine again, elsewhere.",
    },
  );
