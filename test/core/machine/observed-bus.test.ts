import { describe, expect, it } from "vitest";
import type { Activity, ActivityObserver, MmioBus } from "../../../core/index.ts";
import { observedBus } from "../../../core/machine/observed-bus.ts";

describe("observedBus", () => {
  const entered: Activity[] = [];
  const observer: ActivityObserver = {
    enter(activity) {
      const before = entered.at(-1) ?? "interpreter";
      entered.push(activity);
      return before;
    },
  };

  it("passes accesses on and tells when a device is at work", () => {
    entered.length = 0;
    const bus: MmioBus = { read: (address) => address + 1, write: () => false };
    const observed = observedBus(bus, observer);
    expect(observed.read(4, 1)).toBe(5);
    expect(observed.write(4, 1, 2)).toBe(false);
    expect(entered).toEqual(["devices", "interpreter", "devices", "interpreter"]);
  });

  it("goes back to what was before when a device throws", () => {
    entered.length = 0;
    const broken = observedBus(
      {
        read() {
          throw new Error("broken");
        },
        write: () => true,
      },
      observer,
    );
    expect(() => broken.read(0, 1)).toThrow("broken");
    expect(entered).toEqual(["devices", "interpreter"]);
  });
});
