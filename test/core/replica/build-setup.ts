// Builds what a replica needs from a machine config, as a run does, without a coordinator.
import type {
  FaultConfig,
  GuestSymbol,
  MachineConfig,
  Registry,
  SlotConfig,
} from "../../../core/index.ts";
import { optionsOf, planDevices, withModels } from "../../../core/machine/machine-plan.ts";
import { FrameSharing } from "../../../core/memory/frame-sharing.ts";
import { allocateShared, planSharedLayout } from "../../../core/memory/shared-layout.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { armFaults } from "../../../core/replica/armed-fault.ts";
import { cellsOf } from "../../../core/replica/replica-instruments.ts";
import type { ReplicaSetup } from "../../../core/replica/replica-setup.ts";
import { encodeDeviceTree } from "../../../core/machine/flattened-device-tree.ts";

export interface SetupSource {
  readonly registry: Registry;
  readonly frames: FrameSharing;
  /** A new replica in a free arena, mapped to the initial contents of memory. */
  setup(options?: {
    readonly faults?: readonly FaultConfig[];
    readonly state?: Uint8Array;
  }): ReplicaSetup;
  discard(replica: number): void;
}

export interface SetupOptions {
  readonly machine: MachineConfig;
  readonly console: SlotConfig;
  readonly plugins?: readonly string[];
  /** Replicas at the same time. */
  readonly arenas?: number;
  /** Instead of the one with the built-in plugins and `plugins`. */
  readonly registry?: Registry;
  readonly instrumentation?: readonly SlotConfig[];
  readonly isProfiled?: boolean;
  readonly symbols?: readonly GuestSymbol[];
}

export async function buildSetups(options: SetupOptions): Promise<SetupSource> {
  const { machine, console, plugins = [], arenas = 3 } = options;
  const { instrumentation: slots = [], isProfiled = false, symbols = [] } = options;
  const registry = options.registry ?? (await loadRegistry({ plugins }));
  const platform = registry.get("platform", machine.platform.use);
  const platformOptions = optionsOf(machine.platform);
  const { harts, ramBytes } = machine;
  const devices = planDevices(machine, console, registry);
  const boot = await registry.get("boot", machine.boot.use).load(optionsOf(machine.boot), {
    ramBase: platform.ramBase,
    ramBytes,
    harts,
    images: {},
    flattenDeviceTree: ({ chosen, reserved }) =>
      encodeDeviceTree(
        platform.deviceTree(platformOptions, {
          harts,
          ramBytes,
          devices: withModels(devices, registry),
          chosen,
          reserved,
        }),
        [],
      ),
  });
  const processorBytes = platform.processorBytes(platformOptions, harts, ramBytes);
  const cells = cellsOf(slots, registry).reduce((sum, count) => sum + count, 0);
  const layout = planSharedLayout(ramBytes, processorBytes + cells * 8, arenas);
  const shared = allocateShared(layout);
  const frames = new FrameSharing(shared, layout);
  for (const { address, bytes } of boot.segments) frames.load(address - platform.ramBase, bytes);
  let next = 0;
  return {
    registry,
    frames,
    discard: (replica) => frames.removeReplica(replica),
    setup: ({ faults = [], state } = {}) => {
      const replica = next++;
      const arena = frames.addReplica(replica);
      const processorArea = layout.arenas[arena]?.processorArea ?? 0;
      return {
        replica,
        machine: {
          config: machine,
          devices,
          facts: {},
          start: boot.start,
          startNanoseconds: 0n,
          processorArea,
        },
        plugins,
        shared,
        layout,
        arena,
        core: arena,
        faults: armFaults(faults),
        state,
        code: undefined,
        ...((slots.length > 0 || isProfiled) && {
          observation: { slots, cells: processorArea + processorBytes, isProfiled, symbols },
        }),
      };
    },
  };
}
