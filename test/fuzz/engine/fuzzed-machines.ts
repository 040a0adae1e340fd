// Whole machines with one program that execute it differently, in arenas of one shared memory, and a replica that never
// runs: nobody may write what is not his.
import { crc32 } from "node:zlib";
import type { BootLoader, MachineConfig } from "../../../core/index.ts";
import { Machine } from "../../../core/machine/machine.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import { OWNER, type SharedLayout } from "../../../core/memory/shared-layout.ts";
import { loadRegistry } from "../../../core/plugin-host/load-registry.ts";
import { buildSetups } from "../../core/replica/build-setup.ts";
import { PAGE, type Piece, RAM_BASE, RAM_PAGES } from "./random-world.ts";

/** The first one interprets: what it does is expected of the others. */
const COMPILERS: readonly Readonly<Record<string, number>>[] = [
  { compileAfterJumps: 0 },
  { compileAfterJumps: 1 },
  { compileAfterJumps: 4, maxCompiledInstructions: 300 },
];
const FACTS = { disk: { capacitySectors: 4096, readOnly: false, serial: "fuzz" } };

export interface FuzzedMachine {
  readonly machine: Machine;
  readonly replica: number;
  readonly arena: number;
  readonly compiler: string;
}

export interface FuzzedMachines {
  readonly machines: readonly FuzzedMachine[];
  /** Takes pages away from the dirty list, as a checkpoint does. */
  protect(): void;
  /** Checksum of all that none of the machines may write. */
  guard(): number;
  /** Frames of the pool that a machine maps and does not own; undefined for none but those of the checkpoint. */
  strayFrame(of: FuzzedMachine): string | undefined;
}

const config = (harts: number, isSbiBuiltIn: boolean): MachineConfig => ({
  platform: { use: "riscv-virt" },
  harts,
  ramBytes: RAM_PAGES * PAGE,
  boot: { use: "fuzz", isSbiBuiltIn },
  devices: [
    { use: "virtio-block", id: "disk", backend: { use: "memory-disk" } },
    { use: "virtio-entropy", id: "random", backend: { use: "seeded-entropy" } },
    { use: "virtio-console", id: "second", backend: { use: "null" } },
  ],
  clock: { stepsPerTick: 10, startTime: "2026-01-01T00:00:00Z" },
});

export async function fuzzedMachines(
  world: readonly Piece[],
  harts: number,
  isSbiBuiltIn: boolean,
): Promise<FuzzedMachines> {
  const registry = await loadRegistry({ plugins: [] });
  const boot: BootLoader = {
    kind: "boot",
    name: "fuzz",
    summary: "Memory of a fuzzer",
    schema: {
      type: "object",
      properties: { isSbiBuiltIn: { type: "boolean" } },
      additionalProperties: false,
    },
    load: () =>
      Promise.resolve({
        segments: world.map(({ offset, bytes }) => ({ address: RAM_BASE + offset, bytes })),
        start: { pc: RAM_BASE, arguments: [], isSbiBuiltIn },
      }),
  };
  registry.register(boot);
  const source = await buildSetups({
    machine: config(harts, isSbiBuiltIn),
    console: { use: "null" },
    registry,
    arenas: COMPILERS.length + 1,
  });
  const built = COMPILERS.map((compiler): FuzzedMachine & { readonly layout: SharedLayout } => {
    const { machine, shared, layout, arena, replica } = source.setup();
    const memory = new ReplicaMemory(shared, layout, arena);
    const platform = { ...machine.config.platform, ...compiler };
    const setup = { ...machine, config: { ...machine.config, platform }, facts: FACTS };
    return {
      machine: new Machine(setup, registry, memory),
      replica,
      arena,
      compiler: JSON.stringify(compiler),
      layout,
    };
  });
  const { shared, layout, arena } = source.setup();
  const idle = new ReplicaMemory(shared, layout, arena);
  for (let page = 0; page < RAM_PAGES; page += 2) idle.writeU8(page * PAGE, page);
  const bytes = new Uint8Array(shared.buffer);
  const owners = bytes.subarray(layout.owners, layout.owners + layout.frameCount);
  const idlePlace = layout.arenas[arena];
  return {
    machines: built,
    protect: () => {
      for (const { machine, replica } of built) {
        source.frames.clearDirty(replica);
        machine.memory.remapped();
      }
    },
    guard: () => {
      let sum = crc32(bytes.subarray(layout.checkpointMap, layout.pageList));
      const end = layout.arenas[arena + 1]?.pageMap ?? layout.frames;
      if (idlePlace !== undefined) sum = crc32(bytes.subarray(idlePlace.pageMap, end), sum);
      for (const [frame, owner] of owners.entries()) {
        if (owner !== OWNER.checkpoint && owner !== OWNER.firstReplica + arena) continue;
        const at = layout.frames + frame * PAGE;
        sum = crc32(bytes.subarray(at, at + PAGE), sum);
      }
      return sum;
    },
    strayFrame: (of) => {
      const map = new Uint32Array(shared.buffer, layout.arenas[of.arena]?.pageMap, RAM_PAGES);
      for (const [page, entry] of map.entries()) {
        const owner = owners[entry >>> 1];
        const isOwn = owner === OWNER.firstReplica + of.arena;
        const isShared = owner === OWNER.checkpoint && (entry & 1) === 0;
        if (!isOwn && !isShared) return `page ${page} lies in a frame of owner ${owner}`;
      }
      return undefined;
    },
  };
}
