import { describe, expect, it } from "vitest";
import type { Ballot, EpochRecord } from "../../../core/index.ts";
import { decidePace, type PaceQuestion } from "../../../core/coordinator/idle-pace.ts";

const ballot = (overrides: Partial<Ballot>): Ballot => ({
  epoch: 5,
  steps: 1000,
  isIdle: true,
  tick: 20_000,
  nextAlarmTick: 50_000,
  stop: undefined,
  outputs: [],
  registers: new Uint8Array(0),
  dirtyPages: 0,
  ...overrides,
});
const record = (overrides: Partial<EpochRecord>): EpochRecord => ({
  epoch: 6,
  steps: 1000,
  jumpTicks: 0,
  inputs: [],
  ...overrides,
});
const ask = (overrides: Partial<PaceQuestion>): PaceQuestion => ({
  agreed: ballot({}),
  inFlight: [record({})],
  hasInputs: false,
  isInteractive: false,
  wallMs: 0,
  ...overrides,
});

describe("decidePace", () => {
  it("lets a busy guest run", () => {
    expect(decidePace(ask({ agreed: ballot({ isIdle: false }) }))).toEqual({
      kind: "go",
      jumpTicks: 0,
    });
    expect(decidePace(ask({ agreed: undefined }))).toEqual({ kind: "go", jumpTicks: 0 });
  });

  it("jumps a batch guest to its next timer", () => {
    expect(decidePace(ask({}))).toEqual({ kind: "go", jumpTicks: 30_000 });
  });

  it("does not jump while an epoch in flight may wake the guest", () => {
    const woken = [record({ inputs: [{ channel: "c", bytes: new Uint8Array(1) }] })];
    expect(decidePace(ask({ inFlight: woken }))).toEqual({ kind: "go", jumpTicks: 0 });
    expect(decidePace(ask({ inFlight: [record({ jumpTicks: 3 })] }))).toEqual({
      kind: "go",
      jumpTicks: 0,
    });
  });

  it("delivers input to an idle batch guest without skipping time", () => {
    expect(decidePace(ask({ hasInputs: true }))).toEqual({ kind: "go", jumpTicks: 0 });
  });

  it("knows when nothing can happen any more", () => {
    expect(decidePace(ask({ agreed: ballot({ nextAlarmTick: Infinity }) }))).toEqual({
      kind: "stuck",
    });
  });

  it("keeps an interactive guest with the wall clock", () => {
    const interactive = { isInteractive: true };
    // Virtual time is 2 ms; the timer is at 5 ms.
    expect(decidePace(ask({ ...interactive, wallMs: 3 }))).toEqual({ kind: "wait", ms: 2 });
    expect(decidePace(ask({ ...interactive, wallMs: 9 }))).toEqual({
      kind: "go",
      jumpTicks: 30_000,
    });
    expect(decidePace(ask({ ...interactive, wallMs: 3, hasInputs: true }))).toEqual({
      kind: "go",
      jumpTicks: 10_000,
    });
    expect(
      decidePace(ask({ ...interactive, agreed: ballot({ nextAlarmTick: Infinity }) })),
    ).toEqual({ kind: "wait", ms: Infinity });
  });
});
