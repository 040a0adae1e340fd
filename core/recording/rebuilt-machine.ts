// Builds recorded machines again, inside this thread: memory from stored pages, replicas over it.
import { createHash } from "node:crypto";
import type { GuestSymbol } from "../api/boot-loader.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import type { Registry } from "../api/plugin.ts";
import type { SlotConfig } from "../api/provider.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { FrameSharing } from "../memory/frame-sharing.ts";
import { allocateShared, planSharedLayout, type SharedLayout } from "../memory/shared-layout.ts";
import type { ArmedFault } from "../replica/armed-fault.ts";
import { Replica } from "../replica/replica.ts";
import type { FaultHost } from "../replica/fault-injector.ts";
import type { ReplicaReport, ReplicaSetup } from "../replica/replica-setup.ts";
import type { Manifest } from "./manifest.ts";
import type { PageReader } from "./page-store.ts";
import type { SavedPoint } from "./saved-point.ts";

/** A replica ended as a fault wanted it. */
export class ReplicaEnded extends Error {
  readonly isHung: boolean;
  constructor(isHung: boolean) {
    super(isHung ? "the replica hangs" : "the replica crashed");
    this.isHung = isHung;
  }
}

/** How faults end a replica that lives in the thread of whoever looks at it. */
export const ENDING: Pick<FaultHost, "crash" | "hang"> = {
  crash: () => {
    throw new ReplicaEnded(false);
  },
  hang: () => {
    throw new ReplicaEnded(true);
  },
};

export interface ReplicaWish {
  readonly replica: number;
  readonly state: Uint8Array | undefined;
  readonly faults?: readonly ArmedFault[];
  readonly instruments?: readonly SlotConfig[];
  readonly onReport?: (report: ReplicaReport) => void;
}

export class RebuiltMachine {
  readonly manifest: Manifest;
  readonly registry: Registry;
  readonly layout: SharedLayout;
  readonly shared: WebAssembly.Memory;
  readonly frames: FrameSharing;
  readonly #symbols: readonly GuestSymbol[];

  /**
   * @param replicas that can exist at the same time
   * @param spareMemories so many times the guest's memory may be held beside theirs
   */
  constructor(
    manifest: Manifest,
    registry: Registry,
    symbols: readonly GuestSymbol[],
    replicas: number,
    spareMemories = 1,
  ) {
    const { machine } = manifest;
    const platform = registry.get("platform", machine.platform.use);
    this.manifest = manifest;
    this.registry = registry;
    this.#symbols = symbols;
    this.layout = planSharedLayout(
      machine.ramBytes,
      platform.processorBytes(optionsOf(machine.platform), machine.harts, machine.ramBytes),
      replicas,
      spareMemories,
    );
    this.shared = allocateShared(this.layout);
    this.frames = new FrameSharing(this.shared, this.layout);
  }

  /** Puts the memory of the last of these points in place; only before any replica exists. */
  load(points: readonly SavedPoint[], pages: PageReader): void {
    const digests = new Map<number, string>();
    for (const point of points) {
      for (const { page, digest } of point.pages) digests.set(page, digest);
    }
    for (const [page, digest] of digests) this.frames.load(page * PAGE_BYTES, pages.read(digest));
  }

  /** A replica that starts from the memory loaded, or from what was made the checkpoint since. */
  start(wish: ReplicaWish): Replica {
    return new Replica(this.setupOf(wish), this.registry, {
      post: (report) => wish.onReport?.(report),
      now: () => 0,
      ...ENDING,
    });
  }

  /** For whoever builds the replica's parts himself. Takes an arena, as `start` does. */
  setupOf({ replica, state, faults = [], instruments = [] }: ReplicaWish): ReplicaSetup {
    const { manifest, layout, shared, frames } = this;
    const { machine, devices, facts, start, startNanoseconds, areDevicesBelow } = manifest;
    const arena = frames.addReplica(replica);
    const processorArea = layout.arenas[arena]?.processorArea ?? 0;
    return {
      replica,
      machine: {
        config: machine,
        devices,
        facts,
        start,
        startNanoseconds,
        processorArea,
        ...(areDevicesBelow === true && { areDevicesBelow }),
      },
      plugins: [],
      shared,
      layout,
      arena,
      core: arena,
      faults,
      state,
      code: undefined,
      observation: {
        slots: instruments,
        cells: processorArea,
        isProfiled: false,
        symbols: this.#symbols,
      },
    };
  }

  page(replica: number, page: number): Uint8Array {
    return new Uint8Array(this.shared.buffer, this.frames.offsetIn(replica, page), PAGE_BYTES);
  }

  /** As `digestFinalState` of a run. */
  finalState(number: number, replica: Replica): string {
    const hash = createHash("sha256").update(replica.machine.save());
    for (let page = 0; page < this.layout.ramPages; page++) hash.update(this.page(number, page));
    return hash.digest("hex");
  }
}
