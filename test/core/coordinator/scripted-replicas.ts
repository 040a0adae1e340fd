// Replicas without machines: they answer orders from a script, and write to real shared memory.
import type { Standing } from "../../../core/replica/replica-link.ts";
import { ChangeSignal } from "../../../core/coordinator/change-signal.ts";
import { CoreMap } from "../../../core/coordinator/core-map.ts";
import { EngineChoice } from "../../../core/coordinator/engine-choice.ts";
import { ReplicaSet } from "../../../core/coordinator/replica-set.ts";
import { SharedMemories } from "../../../core/coordinator/shared-memories.ts";
import type { Ballot, EpochRecord, MemorySharing } from "../../../core/index.ts";
import { ReplicaMemory } from "../../../core/memory/replica-memory.ts";
import type { ReplicaSetup } from "../../../core/replica/replica-setup.ts";
import { mergeVerified } from "../../../plugins/memory-sharing/merge-verified.ts";
import { createTestMemory, type TestMemory } from "../memory/shared-memory.ts";
import { toyMachine } from "../replica/toy-setup.ts";

export const ballotOf = (epoch: number): Ballot => ({
  epoch,
  steps: (epoch + 1) * 100,
  isIdle: false,
  tick: 0,
  nextAlarmTick: Infinity,
  stop: undefined,
  outputs: [],
  registers: Uint8Array.of(epoch, 0, 0, 0),
  dirtyPages: 0,
});

/** What a replica does in an epoch: change its ballot, or die, or be out of reach, or say nothing any more. */
type Act = Partial<Ballot> | "crash" | "cut-off" | "hang";

export interface Script {
  /** Wall milliseconds a replica takes to start; default: none. */
  readonly startMs?: number;
  epoch?(replica: number, record: EpochRecord, memory: ReplicaMemory): Act;
  /** What becomes of one that is put into another state; default: it has that state. */
  readonly restore?: "crash";
  state?(replica: number): Uint8Array | "crash" | "hang";
  readonly standing?: Standing;
  /** What an order waits for before it is carried out; default: nothing. */
  before?(): Promise<void>;
}

export interface ScriptedReplicas extends TestMemory {
  readonly set: ReplicaSet;
  readonly memories: SharedMemories;
  readonly setups: ReplicaSetup[];
  readonly ended: number[];
  /** Machine states that replicas were put into: number, state. */
  readonly restored: [number, Uint8Array][];
}

export function scriptedReplicas(
  script: Script = {},
  options: {
    readonly sharing?: MemorySharing;
    readonly watchdogMs?: number;
    readonly engines?: "same" | "diverse";
  } = {},
): ScriptedReplicas {
  const memory = createTestMemory();
  const setups: ReplicaSetup[] = [];
  const ended: number[] = [];
  const restored: [number, Uint8Array][] = [];
  const signal = new ChangeSignal();
  const memories = new SharedMemories(memory);
  const set = new ReplicaSet({
    common: {
      machine: {
        config: toyMachine(""),
        devices: [],
        facts: {},
        start: {},
        startNanoseconds: 0n,
      },
      plugins: [],
      shared: memory.shared,
      layout: memory.layout,
    },
    frames: memory.frames,
    memories,
    cores: new CoreMap(memory.layout.arenas.length),
    engines: new EngineChoice(options),
    sharing: options.sharing ?? mergeVerified.create({}),
    signal,
    watchdogMs: options.watchdogMs ?? 60_000,
    faults: () => [],
    onFault: () => {},
    start: (setup) => (onReport) => {
      setups.push(setup);
      const { replica } = setup;
      const ram = new ReplicaMemory(memory.shared, memory.layout, setup.arena);
      const crash = (): void => onReport({ kind: "crashed", message: "scripted" });
      let isGone = false;
      const { startMs = 0 } = script;
      const started = new Promise<void>((resolve) => {
        setTimeout(resolve, startMs);
      }).then(() => onReport({ kind: "ready" }));
      return {
        send: (order) =>
          void started.then(script.before).then(() => {
            if (isGone) return;
            if (order.kind === "restore") {
              if (script.restore === "crash") crash();
              else restored.push([replica, order.state]);
            } else if (order.kind === "save" || order.kind === "hold") {
              if (order.kind === "hold") ram.hold(order.most);
              const own = restored.findLast(([number]) => number === replica)?.[1];
              const state = own ?? script.state?.(replica) ?? Uint8Array.of(1, 2, 3);
              if (state === "crash") crash();
              else if (state !== "hang") onReport({ kind: "state", state });
            } else if (order.kind === "epoch") {
              const act = script.epoch?.(replica, order.record, ram) ?? {};
              if (typeof act === "string") isGone = true;
              if (act === "crash") crash();
              else if (act === "cut-off") {
                onReport({ kind: "crashed", message: "scripted", isCutOff: true });
              } else if (act !== "hang") {
                onReport({ kind: "ballot", ballot: { ...ballotOf(order.record.epoch), ...act } });
              }
            }
          }),
        ...(script.standing !== undefined && { standing: script.standing }),
        terminate: () => {
          isGone = true;
          ended.push(replica);
          return Promise.resolve();
        },
      };
    },
  });
  return { ...memory, memories, set, setups, ended, restored };
}
