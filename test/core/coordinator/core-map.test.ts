import { describe, expect, it } from "vitest";
import { CoreMap } from "../../../core/coordinator/core-map.ts";

describe("CoreMap", () => {
  it("puts each replica on the free core with the lowest number", () => {
    const cores = new CoreMap(3);
    expect([10, 11, 12].map((replica) => cores.place(replica))).toEqual([0, 1, 2]);
    cores.leave(11);
    expect(cores.place(13)).toBe(1);
  });

  it("takes those that are suspected least first", () => {
    const cores = new CoreMap(4);
    cores.suspect(0);
    cores.suspect(0);
    cores.suspect(1);
    expect(cores.free).toEqual([2, 3, 1, 0]);
    expect(cores.place(0)).toBe(2);
  });

  it("remembers where a replica ran that is gone", () => {
    const cores = new CoreMap(1);
    cores.place(0);
    cores.leave(0);
    cores.place(1);
    // Whoever left before has left: the core is the other's now.
    cores.leave(0);
    expect(cores.free).toEqual([]);
    expect([cores.coreOf(0), cores.coreOf(1), cores.coreOf(2)]).toEqual([0, 0, undefined]);
  });

  it("never uses a retired core again", () => {
    const cores = new CoreMap(2);
    cores.place(0);
    cores.retire(0);
    cores.leave(0);
    expect([cores.healthy, cores.retired, cores.free]).toEqual([[1], [0], [1]]);
    cores.place(1);
    expect(() => cores.place(2)).toThrow(RangeError);
  });

  it("spreads replicas over hosts that can be reached", () => {
    const reachable = new Set([0, 1]);
    const cores = new CoreMap(5, {
      hostOf: (core) => (core < 2 ? 0 : 1),
      isReachable: (core) => reachable.has(core < 2 ? 0 : 1),
    });
    expect([cores.place(10), cores.place(11), cores.free]).toEqual([0, 2, [1, 3, 4]]);
    expect([cores.isHostMissing, cores.crowded]).toEqual([false, undefined]);
    reachable.delete(1);
    expect([cores.free, cores.isHostMissing]).toEqual([[1], false]);
    cores.leave(11);
    expect(cores.isHostMissing).toBe(true);
    cores.place(12);
    expect([cores.coreOf(12), cores.crowded]).toEqual([1, undefined]);
    reachable.add(1);
    expect(cores.crowded).toBe(12);
    cores.leave(12);
    expect(cores.crowded).toBeUndefined();
  });
});
