import { describe, expect, it } from "vitest";
import { checkedReport } from "../../../core/process/check-report.ts";
import { ballotOf } from "../coordinator/scripted-replicas.ts";

const ballot = { ...ballotOf(3), outputs: [{ channel: "uart0", bytes: Uint8Array.of(1) }] };
const pages = Uint32Array.of(4);
const digests = { pages, digests: new BigUint64Array(2) };

const RIGHT: readonly unknown[] = [
  { kind: "ready" },
  { kind: "ballot", ballot },
  { kind: "ballot", ballot: { ...ballot, stop: { reason: "power-off", exitCode: 3 } } },
  {
    kind: "state",
    state: Uint8Array.of(1),
    memory: { written: digests, scrubbed: digests, frames: 3 },
  },
  { kind: "memory", answer: { kind: "digests", leaked: 0, ...digests } },
  { kind: "memory", answer: { kind: "contents", pages, bytes: new Uint8Array(4096) } },
  { kind: "fault", step: 4, what: "a bit", id: 0 },
  { kind: "fault", step: 4, what: "a bit", id: 0, isStopped: true },
  { kind: "note", index: 0, text: "hello" },
  { kind: "observed", observed: { fromStep: 0, toStep: 4, findings: [{ use: "trace" }] } },
  {
    kind: "observed",
    observed: {
      fromStep: 0,
      toStep: 4,
      findings: [],
      profile: {
        activityMs: { interpreting: 1.5 },
        samples: 1,
        places: [{ place: "main", privilege: "machine", samples: 1, compiledSamples: 0 }],
      },
    },
  },
  { kind: "crashed", message: "why" },
  { kind: "crashed", message: "why", isSelfCheck: true },
  { kind: "refused", error: { code: "XV_ERR_X", message: "why", remedy: "what" } },
];

/** What a replica says whose memory the coordinator shares. */
const RIGHT_WHERE_SHARED: readonly unknown[] = [
  { kind: "voted" },
  { kind: "ballot", ballot },
  { kind: "state", state: Uint8Array.of(1) },
];

const WRONG: readonly unknown[] = [
  undefined,
  "ready",
  {},
  { kind: "toString" },
  { kind: "voted" },
  { kind: "ballot" },
  { kind: "ballot", ballot: { ...ballot, epoch: -1 } },
  { kind: "ballot", ballot: { ...ballot, steps: Number.NaN } },
  { kind: "ballot", ballot: { ...ballot, isIdle: 1 } },
  { kind: "ballot", ballot: { ...ballot, nextAlarmTick: Number.NaN } },
  { kind: "ballot", ballot: { ...ballot, stop: { reason: "why not", exitCode: 0 } } },
  { kind: "ballot", ballot: { ...ballot, outputs: { length: 1 } } },
  { kind: "ballot", ballot: { ...ballot, outputs: [{ channel: "uart0", bytes: [1] }] } },
  { kind: "ballot", ballot: { ...ballot, registers: undefined } },
  { kind: "state", state: Uint8Array.of(1) },
  { kind: "state", state: [1], memory: { written: digests, scrubbed: digests, frames: 3 } },
  { kind: "memory", answer: { kind: "digests", leaked: 0, pages, digests: new BigUint64Array(1) } },
  { kind: "memory", answer: { kind: "contents", pages, bytes: new Uint8Array(4095) } },
  { kind: "memory", answer: { kind: "other", pages } },
  { kind: "fault", step: 4, what: "a bit", id: "0" },
  { kind: "note", index: 0 },
  { kind: "observed", observed: { fromStep: 0, toStep: 4 } },
  {
    kind: "observed",
    observed: { fromStep: 0, toStep: 4, findings: [], profile: { samples: 1, places: [{}] } },
  },
  { kind: "crashed", message: 4 },
  { kind: "refused", error: { code: "XV_ERR_X" } },
];

describe("checkedReport", () => {
  it.each(RIGHT)("lets a report through (%#)", (report) => {
    expect(checkedReport(report)).toBe(report);
  });

  it.each(WRONG)("lets nothing else through (%#)", (value) => {
    expect(() => checkedReport(value)).toThrow(RangeError);
  });

  it.each(RIGHT_WHERE_SHARED)("takes %j where memory is shared", (report) => {
    expect(checkedReport(report, true)).toBe(report);
  });

  it("takes no pages where memory is shared", () => {
    const report = { kind: "memory", answer: { kind: "digests", leaked: 0, ...digests } };
    expect(() => checkedReport(report, true)).toThrow(RangeError);
  });
});
