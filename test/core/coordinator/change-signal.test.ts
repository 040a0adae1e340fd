import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChangeSignal } from "../../../core/coordinator/change-signal.ts";

/** Tells whether a promise has resolved by now. */
function watch(promise: Promise<void>): { isDone: boolean } {
  const state = { isDone: false };
  void promise.then(() => {
    state.isDone = true;
  });
  return state;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("ChangeSignal", () => {
  it("wakes the waiter", async () => {
    const signal = new ChangeSignal();
    const waiting = watch(signal.wait(Infinity));
    await vi.advanceTimersByTimeAsync(1e6);
    expect(waiting.isDone).toBe(false);
    signal.notify();
    await vi.advanceTimersByTimeAsync(0);
    expect(waiting.isDone).toBe(true);
  });

  it("does not lose a change that came before the wait, and counts several as one", async () => {
    const signal = new ChangeSignal();
    signal.notify();
    signal.notify();
    await signal.wait(Infinity);
    const next = watch(signal.wait(Infinity));
    await vi.advanceTimersByTimeAsync(1e6);
    expect(next.isDone).toBe(false);
  });

  it("gives up after the time given, and leaves no timer behind", async () => {
    const signal = new ChangeSignal();
    const waiting = watch(signal.wait(50));
    await vi.advanceTimersByTimeAsync(49);
    expect(waiting.isDone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(waiting.isDone).toBe(true);
    const notified = watch(signal.wait(50));
    signal.notify();
    await vi.advanceTimersByTimeAsync(0);
    expect([notified.isDone, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it("waits for a deadline beyond the reach of a host timer, which would fire at once", async () => {
    const signal = new ChangeSignal();
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    const waiting = watch(signal.wait(2 ** 40));
    expect(setTimer.mock.calls.map(([, delay]) => delay)).toEqual([2 ** 31 - 1]);
    await vi.advanceTimersByTimeAsync(1e6);
    expect(waiting.isDone).toBe(false);
  });
});
