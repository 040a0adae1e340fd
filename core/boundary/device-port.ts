// The devices of a replica whose models run below it: accesses become requests, and replies take their effect here.
// The machine stops after an instruction that accessed a device, and goes on when the reply to it was delivered.
// DETERMINISM: what happens is a function of the replies, which are logged inputs, and of what the guest does.
import { crc32 } from "node:zlib";
import type { Alarm, VirtualClock } from "../api/virtual-clock.ts";
import type { ConsolePort, Device, DeviceContext, InterruptLine } from "../api/device.ts";
import type { DeviceMemory } from "../api/guest-memory.ts";
import type { PlannedDevice } from "../api/platform.ts";
import type { LoadDestination, Processor } from "../api/processor.ts";
import type { StateReader, StateWriter } from "../api/state-codec.ts";
import { decodeReply, type DeviceEffect } from "./device-reply.ts";
import { type DeviceEvent, encodeRequest } from "./device-request.ts";
import { completeLoad } from "./complete-load.ts";

/** Received bytes that firmware gets at once at most. */
const CONSOLE_BYTES = 64;
const NOWHERE: LoadDestination = { register: "", bytes: 4, above: "zeros" };
const ABOVE: readonly LoadDestination["above"][] = ["zeros", "ones", "sign"];

/** What a reply says is not what its sender put into it. */
export class DamagedReply extends Error {
  override readonly name: string = "DamagedReply";
}

export interface DevicePortParts {
  readonly devices: readonly PlannedDevice[];
  readonly clock: VirtualClock;
  readonly memory: DeviceMemory;
  readonly line: (interrupt: number) => InterruptLine;
  readonly processor: () => Processor;
  readonly stop: DeviceContext["stop"];
  /** Makes a run in progress return after the current instruction. */
  readonly leave: () => void;
}

export class DevicePort {
  readonly #parts: DevicePortParts;
  readonly #lines: readonly InterruptLine[];
  readonly #levels: boolean[];
  readonly #alarm: Alarm;
  #alarmTick = Infinity;
  #events: DeviceEvent[] = [];
  #isWaiting = false;
  /** Reads of the last instruction that are not answered yet, where their values go, and what came of them so far. */
  #owed = 0;
  #destination: LoadDestination | undefined;
  #answers: number[] = [];
  /** Bytes for firmware that it did not read yet. */
  #console: number[] = [];

  constructor(parts: DevicePortParts) {
    this.#parts = parts;
    this.#lines = parts.devices.map(({ place }) => parts.line(place.interrupt));
    this.#levels = parts.devices.map(() => false);
    this.#alarm = parts.clock.createAlarm(() => {
      this.#alarmTick = Infinity;
      this.#post({ kind: "alarm", size: 0, device: 0, value: 0, address: 0 });
    });
  }

  /** Nothing is executed before the reply to a request. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** The device at this place of the plan, as the replica's bus sees it. */
  device(index: number): Pick<Device, "read" | "write" | "console"> {
    const { model, place } = this.#parts.devices[index] as PlannedDevice;
    return {
      read: (offset, size) => {
        this.#owed++;
        this.#post({ kind: "read", size, device: index, value: 0, address: place.base + offset });
        return 0;
      },
      write: (offset, size, value) =>
        this.#post({ kind: "write", size, device: index, value, address: place.base + offset }),
      ...(model.backend === "console" && { console: this.#consolePort(index, place.base) }),
    };
  }

  /** See `MmioBus.loaded`. */
  loaded(destination: () => LoadDestination | undefined): void {
    if (this.#owed > 0) this.#destination ??= destination();
  }

  /** What was asked since the last call; undefined for nothing. */
  takeRequest(): Uint8Array | undefined {
    if (this.#events.length === 0) return undefined;
    const request = encodeRequest(this.#events);
    this.#events = [];
    return request;
  }

  /** @throws DamagedReply before anything takes effect that a checksum proves wrong */
  deliver(bytes: Uint8Array): void {
    const effects = decodeReply(bytes);
    if (effects === undefined) throw new DamagedReply("a reply of the devices is damaged");
    for (const effect of effects) {
      if ("checksum" in effect) requireIntact(effect.bytes, effect.checksum, "data of a reply");
    }
    for (const effect of effects) this.#apply(effect);
    this.#complete();
    this.#isWaiting = false;
  }

  save(writer: StateWriter): void {
    writer.section("device-port", 1);
    writer.boolean(this.#isWaiting);
    writer.u32(this.#owed);
    const { register, bytes, above } = this.#destination ?? NOWHERE;
    writer.string(register);
    writer.u8(bytes);
    writer.u8(ABOVE.indexOf(above));
    writer.number(this.#alarmTick);
    writer.bytes(Uint8Array.from(this.#levels, Number));
    writer.bytes(Uint8Array.from(this.#console));
  }

  restore(reader: StateReader): void {
    reader.section("device-port", 1);
    this.#isWaiting = reader.boolean();
    this.#owed = reader.u32();
    const register = reader.string();
    const bytes = reader.u8() as LoadDestination["bytes"];
    const above = ABOVE[reader.u8()] ?? "zeros";
    this.#destination = register === "" ? undefined : { register, bytes, above };
    this.#alarmTick = reader.number();
    this.#alarm.set(this.#alarmTick);
    for (const [device, level] of reader.bytes().entries()) this.#setLine(device, level !== 0);
    this.#console = [...reader.bytes()];
    this.#events = [];
    this.#answers = [];
  }

  #post(event: Omit<DeviceEvent, "step">): void {
    this.#events.push({ ...event, step: this.#parts.clock.steps });
    this.#isWaiting = true;
    this.#parts.leave();
  }

  #consolePort(device: number, address: number): ConsolePort {
    return {
      write: (value) => this.#post({ kind: "console-write", size: 1, device, value, address }),
      read: () => {
        const byte = this.#console.shift();
        if (byte !== undefined) return byte;
        const isAsked = this.#events.some(({ kind }) => kind === "console-read");
        const value = CONSOLE_BYTES;
        if (!isAsked) this.#post({ kind: "console-read", size: 1, device, value, address });
        return -1;
      },
    };
  }

  #apply(effect: DeviceEffect): void {
    switch (effect.kind) {
      case "answer":
        this.#answers.push(effect.value);
        break;
      case "memory":
        this.#store(effect.offset, effect.bytes, effect.checksum);
        break;
      case "line":
        this.#setLine(effect.device, effect.isHigh);
        break;
      case "alarm":
        this.#alarmTick = effect.tick;
        this.#alarm.set(effect.tick);
        break;
      case "console":
        this.#console.push(...effect.bytes);
        break;
      case "stop":
        this.#parts.stop(effect.reason, effect.exitCode);
        break;
    }
  }

  /** The data is checked where it arrived: in guest memory. */
  #store(offset: number, bytes: Uint8Array, checksum: number): void {
    const { memory } = this.#parts;
    memory.write(offset, bytes);
    requireIntact(memory.read(offset, bytes.length), checksum, "data in guest memory");
  }

  #setLine(device: number, isHigh: boolean): void {
    this.#levels[device] = isHigh;
    this.#lines[device]?.set(isHigh);
  }

  #complete(): void {
    if (this.#answers.length < this.#owed) throw new DamagedReply("a read was not answered");
    if (this.#owed > 0 && this.#destination !== undefined) {
      completeLoad(this.#parts.processor(), this.#destination, this.#answers);
    }
    this.#owed = 0;
    this.#destination = undefined;
    this.#answers = [];
  }
}

function requireIntact(bytes: Uint8Array, checksum: number, what: string): void {
  if (crc32(bytes) !== checksum) throw new DamagedReply(`${what} have another checksum on arrival`);
}
