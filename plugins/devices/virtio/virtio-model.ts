// Makes the provider of a virtio device out of what is its own: identity and handler. Transport and slot are the same.
import type { DeviceContext, DeviceModel, OptionsSchema } from "../../../core/index.ts";
import { VirtioMmio } from "./mmio-transport.ts";
import type { VirtioHandler, VirtioIdentity, VirtioParts } from "./virtio-handler.ts";

export interface VirtioDeviceType {
  readonly name: string;
  readonly summary: string;
  /** What its backend serves. */
  readonly backend: string;
  /** Schemas of its options; default: none. */
  readonly properties?: OptionsSchema["properties"];
  /** @param facts of the backend. */
  identity(facts: DeviceContext["facts"]): VirtioIdentity;
  createHandler(
    context: DeviceContext,
    parts: VirtioParts,
    options: Readonly<Record<string, unknown>>,
  ): VirtioHandler;
}

export function virtioModel(type: VirtioDeviceType): DeviceModel {
  const { name, summary, backend, properties = {} } = type;
  return {
    kind: "device",
    name,
    summary,
    slot: "virtio-mmio",
    backend,
    schema: { type: "object", properties, additionalProperties: false },
    create: (options, context) =>
      new VirtioMmio(context, type.identity(context.facts), (parts) =>
        type.createHandler(context, parts, options),
      ),
  };
}
