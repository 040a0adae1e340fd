import { beforeEach, describe, expect, it } from "vitest";
import { IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";
import { Upkeep } from "../../../core/integrity/upkeep.ts";
import { none } from "../../../plugins/manager-protection/none.ts";
import { sealed } from "../../../plugins/manager-protection/sealed.ts";
import { createTestMemory, type TestMemory } from "../memory/shared-memory.ts";

describe("the upkeep of the coordinator's state", () => {
  let memory: TestMemory;
  let watch: IntegrityWatch;
  let scrubbed: { log: number; states: number };
  let given: number[];

  const upkeepWith = (protection = sealed.create({})): Upkeep =>
    new Upkeep({
      protection,
      watch,
      frames: memory.frames,
      log: { scrub: (records) => (scrubbed.log += records) },
      checkpoints: {
        scrub: () => {
          scrubbed.states++;
        },
      },
      giveUp: (replica) => given.push(replica),
    });
  const rot = (): void => {
    new Uint8Array(memory.shared.buffer)[memory.frames.checkpointOffset(1) + 5] = 99;
  };

  beforeEach(() => {
    memory = createTestMemory();
    memory.frames.load(4096, new Uint8Array(4096).fill(1));
    watch = new IntegrityWatch();
    scrubbed = { log: 0, states: 0 };
    given = [];
  });

  it("looks at some of the log after each epoch, and at machine states now and then", () => {
    const upkeep = upkeepWith();
    for (let epoch = 0; epoch < 100; epoch++) upkeep.epochAgreed();
    expect(scrubbed).toEqual({ log: 200, states: 2 });
  });

  it("finds a page that rotted, and has another checkpoint taken", () => {
    const upkeep = upkeepWith();
    upkeep.epochAgreed();
    rot();
    upkeep.beforeRecovery();
    expect(upkeep.isSound).toBe(false);
    upkeep.checkpointTaken([1]);
    expect(upkeep.isSound).toBe(true);
  });

  it("counts frames again after a checkpoint", () => {
    const upkeep = upkeepWith();
    const frame = (memory.frames.tables.checkpointMap[1] ?? 0) >>> 1;
    memory.frames.tables.newest[frame] = 4;
    upkeep.epochAgreed();
    expect(watch.found).toEqual([]);
    upkeep.checkpointTaken([]);
    upkeep.epochAgreed();
    expect(watch.found).toMatchObject([{ record: "frame counts of the checkpoint" }]);
  });

  it("gives up a replica whose tables are damaged", () => {
    const upkeep = upkeepWith();
    memory.frames.addReplica(7);
    const [arena] = memory.frames.tables.arenas;
    if (arena !== undefined) arena.map[2] = 60;
    upkeep.epochAgreed();
    expect(given).toEqual([7]);
    expect(watch.found).toMatchObject([{ record: "memory tables of replica 7" }]);
  });

  it("does nothing where it is switched off", () => {
    const upkeep = upkeepWith(none.create({}));
    memory.frames.addReplica(7);
    upkeep.epochAgreed();
    rot();
    const [arena] = memory.frames.tables.arenas;
    if (arena !== undefined) arena.map[2] = 60;
    upkeep.checkpointTaken([]);
    upkeep.epochAgreed();
    upkeep.beforeRecovery();
    expect([upkeep.isSound, upkeep.bytes, given, watch.found]).toEqual([true, 0, [], []]);
  });
});
