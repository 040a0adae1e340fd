// Boot loaders place images in RAM and say how the harts start. They run once, in the coordinator.
import type { DeviceTreeNode } from "./device.ts";
import type { ImageSet } from "./image-source.ts";
import type { Provider } from "./provider.ts";

export interface BootContext {
  readonly ramBase: number;
  readonly ramBytes: number;
  readonly harts: number;
  /** Files from the config's `images` slot, when there is one. */
  readonly images: ImageSet;
  /** Bytes of the flattened device tree with these additions. */
  flattenDeviceTree(additions: {
    readonly chosen: DeviceTreeNode["properties"];
    readonly reserved: readonly { readonly address: number; readonly bytes: number }[];
  }): Uint8Array;
}

/** A named range of guest-virtual addresses. */
export interface GuestSymbol {
  readonly name: string;
  readonly address: bigint;
  /** 0 where the image does not say; it then reaches to the next symbol. */
  readonly bytes: number;
}

export interface BootImage {
  /** Guest-physical address and contents; ranges do not overlap and lie in RAM. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** How the harts start, for `Platform.create`: plain data. */
  readonly start: unknown;
  /** What the image calls its functions, as far as it says; for traces and profiles. */
  readonly symbols?: readonly GuestSymbol[];
}

export interface BootLoader extends Provider {
  readonly kind: "boot";
  /** @throws ExtravirtError naming file, value and remedy. */
  load(options: Readonly<Record<string, unknown>>, context: BootContext): Promise<BootImage>;
}
