import { describe, expect, it } from "vitest";
import { RunPosition } from "../../../core/coordinator/run-position.ts";
import { cellsOf } from "../../../core/coordinator/state-cells.ts";
import { IntegrityBreach, IntegrityWatch } from "../../../core/integrity/integrity-watch.ts";

const boundary = { epoch: 4, steps: 500, isIdle: true, tick: 50, nextAlarmTick: Infinity };

function sealed() {
  const watch = new IntegrityWatch();
  const position = new RunPosition(watch);
  position.seal({ ...boundary, frozen: 6, sent: 5 });
  return { watch, position, right: { ...position.live } };
}

describe("the position of a run", () => {
  it("begins before the first epoch", () => {
    expect(new RunPosition(undefined).agreed).toBeUndefined();
    expect(sealed().position.agreed).toMatchObject(boundary);
  });

  it("is put right whichever bit of it changes, and goes on from there", () => {
    const count = cellsOf("live", sealed().position.live).length;
    for (let index = 0; index < count; index++) {
      const { watch, position, right } = sealed();
      cellsOf("live", position.live)[index]?.flip(0, 1);
      expect(position.live).not.toEqual(right);
      position.seal({ stage: 1 });
      expect(position.live).toEqual({ ...right, stage: 1 });
      expect(watch.found).toMatchObject([{ record: "the coordinator's position" }]);
    }
  });

  it("survives a flip in its image, and does not take it over", () => {
    const { position, right } = sealed();
    for (const cell of cellsOf("image", position.image)) {
      cell.flip(0, 1);
      position.verify();
      expect(position.live).toEqual(right);
      cell.flip(0, 1);
      position.seal({});
    }
  });

  it("is where the loop was sealed when it fails", () => {
    const { position, right } = sealed();
    Object.assign(position.live, { epoch: 9, isTaking: true });
    position.restore();
    expect(position.live).toEqual(right);
  });

  it("ends the run when no image is intact", () => {
    const { position } = sealed();
    const flipped = { ".first.epoch": 1, ".second.steps": 2, ".seal": 3 };
    for (const cell of cellsOf("image", position.image)) {
      const bit = Object.entries(flipped).find(([name]) => cell.name.endsWith(name))?.[1];
      if (bit !== undefined) cell.flip(bit, 1);
    }
    position.live.tick++;
    expect(() => position.verify()).toThrow(IntegrityBreach);
  });

  it("is taken for what it is where it has no image", () => {
    const position = new RunPosition(undefined);
    position.live.epoch = 7;
    position.verify();
    position.restore();
    expect(position.live.epoch).toBe(7);
    expect(position.image).toBeUndefined();
  });
});
