// What a bisection says, for causes that are rare in small runs.
import { describe, expect, it } from "vitest";
import { bisectText } from "../../../core/cli/bisect-text.ts";
import type { BisectReport, Suspect } from "../../../core/recording/bisect-incident.ts";
import type { IncidentFile } from "../../../core/recording/incident-file.ts";

const step = {
  step: 1234,
  epoch: 3,
  hart: 0,
  privilege: "S",
  pc: 0x8020_0010n,
  symbol: "memcpy+0x10",
  instruction: "ld x5, 8(x10)",
};

/** As little as is known of a cause that was found. */
const found = {
  kind: "found",
  at: step,
  step: 1234,
  epoch: 3,
  isBefore: true,
  fault: undefined,
  ended: undefined,
  isReproduced: undefined,
  differences: undefined,
  firstUse: undefined,
} as const;

function textOf(
  suspect: Partial<Suspect>,
  isSealed = true,
  outcome?: IncidentFile["outcome"],
): string {
  const report: BisectReport = {
    divergence: { epoch: 3, signal: "ballots", replicas: [0, 1], absent: [], detail: "x5 differs" },
    checkpointEpoch: -1,
    checkpointStep: 0,
    steps: 5000,
    suspects: [
      { replica: 1, core: 1, verdict: "wrong", crash: undefined, cause: undefined, ...suspect },
    ],
    wallMs: 12,
  };
  const incident = { outcome, isSealed } as IncidentFile;
  return bisectText(report, incident);
}

describe("the text of a bisection", () => {
  it("tells the byte that was wrong and who used it first", () => {
    const text = textOf({
      cause: {
        ...found,
        fault: "memory ...",
        isReproduced: false,
        differences: {
          registers: [],
          memory: [{ address: 0x8020_1003, bits: [0, 7], right: 1, wrong: 0x80 }],
          memoryBytes: 3,
          isElsewhere: false,
        },
        firstUse: { kind: "used", at: { ...step, step: 2000 }, step: 2000 },
      },
    });
    expect(text).toContain("memory 0x80201003 (page 0x80201) bits 0, 7: 0x1 is right, it was 0x80");
    expect(text).toContain("and 2 more bytes of memory");
    expect(text).toContain("first instruction with a wrong effect by it: step 2,000, in epoch 3");
    expect(text).toContain("hart 0 in mode S, pc 0x80200010 <memcpy+0x10>: ld x5, 8(x10)");
    expect(text).toContain("something else befell it as well");
  });

  it("tells what is known of a fault that is not recorded", () => {
    const text = textOf({
      cause: {
        kind: "narrowed",
        lastRightEpoch: 2,
        lastComparedEpoch: -1,
        steps: { right: 10, wrong: 9 },
        registers: [
          { name: "x5", bits: [3], right: 0n, wrong: 8n, lastWriter: step },
          { name: "x9", bits: [1], right: 0n, wrong: 2n, lastWriter: undefined },
        ],
        outputs: [{ channel: "uart0", index: 0, right: Uint8Array.of(65), wrong: undefined }],
        memory: [{ address: 0x8000_0000, bits: [1], right: 0, wrong: 2 }],
        watchedSteps: 400,
      },
    });
    expect(text).toContain("no recorded fault explains it");
    expect(text).toContain("registers and outputs were right at the end of epoch 2");
    expect(text).toContain("memory and devices were last compared at power-on: the fault may have");
    expect(text).toContain("it stood at step 9, right is 10");
    expect(text).toContain("last written at step 1,234, hart 0 in mode S");
    expect(text).toContain("struck after that, or what it was computed from before");
    expect(text).toContain("not changed in the last 400 steps: struck at");
    expect(text).toContain('output 0 on uart0: "A" is right, it was nothing');
    expect(text).toContain("memory 0x80000000");
  });

  it("says since when something may have been wrong", () => {
    const since = (lastRightEpoch: number, lastComparedEpoch: number | undefined): string =>
      textOf({
        cause: {
          kind: "narrowed",
          lastRightEpoch,
          lastComparedEpoch,
          steps: undefined,
          registers: [],
          outputs: [],
          memory: [],
          watchedSteps: 0,
        },
      });
    expect(since(99, 99)).toContain("nothing was wrong at the checkpoint after epoch 99");
    expect(since(99, 99)).not.toContain("memory and devices");
    expect(since(113, 99)).toContain("last compared at the checkpoint after epoch 99");
    expect(since(113, 99)).not.toContain("nothing was wrong");
    expect(since(113, undefined)).toContain("nobody compared a single machine");
  });

  it("says nothing of what else befell a replica that ended by its own check", () => {
    const text = textOf({
      verdict: "ended",
      crash: "x5 and its shadow differ",
      cause: found,
    });
    expect(text).toContain("whether anything else befell it can't be told");
    expect(text).not.toContain("ends otherwise");
  });

  it("says that nobody is blamed", () => {
    const outcome = { kind: "recovered", by: "rollback", blamed: [], attempts: 1 } as const;
    const text = textOf({ verdict: "right" }, true, { outcome, durationMs: 1 });
    expect(text).toContain("recovered by rollback, nobody is blamed");
  });

  it("says what it does not know", () => {
    const text = textOf({ verdict: "ended", crash: undefined }, false);
    expect(text).toContain("what became of it is not known");
    expect(text).toContain("the incident is unsealed");
    expect(text).toContain("ended: it gave no state");
  });
});
