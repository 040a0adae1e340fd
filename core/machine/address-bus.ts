// Decodes guest-physical addresses outside RAM to memory-mapped devices.
import type { Device, DevicePlace } from "../api/device.ts";
import type { MmioBus } from "../api/processor.ts";

type MappedDevice = Pick<Device, "read" | "write">;

interface Mapping {
  readonly place: DevicePlace;
  readonly device: MappedDevice;
}

export class AddressBus implements MmioBus {
  readonly loaded?: NonNullable<MmioBus["loaded"]>;
  readonly #mappings: Mapping[] = [];
  #last: Mapping | undefined;

  /** @param loaded where devices may answer later */
  constructor(loaded?: MmioBus["loaded"]) {
    if (loaded !== undefined) this.loaded = loaded;
  }

  /**
   * A device at exactly the range of one already mapped takes its place (a device put into an empty slot).
   * @throws RangeError when the ranges overlap otherwise
   */
  map(place: DevicePlace, device: MappedDevice): void {
    const same = this.#mappings.findIndex(
      (other) => other.place.base === place.base && other.place.bytes === place.bytes,
    );
    if (same >= 0) {
      this.#mappings[same] = { place, device };
      this.#last = undefined;
      return;
    }
    const clash = this.#mappings.find(
      (other) =>
        place.base < other.place.base + other.place.bytes &&
        other.place.base < place.base + place.bytes,
    );
    if (clash !== undefined) {
      throw new RangeError(
        `device ranges overlap at 0x${Math.max(place.base, clash.place.base).toString(16)}`,
      );
    }
    this.#mappings.push({ place, device });
  }

  read(address: number, size: 1 | 2 | 4): number | undefined {
    const mapping = this.#find(address, size);
    return mapping?.device.read(address - mapping.place.base, size);
  }

  write(address: number, size: 1 | 2 | 4, value: number): boolean {
    const mapping = this.#find(address, size);
    mapping?.device.write(address - mapping.place.base, size, value);
    return mapping !== undefined;
  }

  #find(address: number, size: number): Mapping | undefined {
    const last = this.#last;
    if (last !== undefined && isWithin(last.place, address, size)) return last;
    const found = this.#mappings.find((mapping) => isWithin(mapping.place, address, size));
    this.#last = found ?? last;
    return found;
  }
}

const isWithin = (place: DevicePlace, address: number, size: number): boolean =>
  address >= place.base && address + size <= place.base + place.bytes;
