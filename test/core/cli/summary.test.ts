import { describe, expect, it } from "vitest";
import { summaryText } from "../../../core/cli/summary.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { Divergence } from "../../../core/index.ts";
import { reportOf } from "./report-of.ts";

const DIVERGENCE: Divergence = {
  epoch: 17,
  signal: "ballots",
  replicas: [0, 1],
  absent: [],
  detail: "register hart0.x5",
};

describe("the closing summary", () => {
  it("tells time, instructions, epochs, outputs, checkpoints and memory", () => {
    const text = summaryText(reportOf());
    expect(text).toContain("extravirt: the guest powered off, exit code 0\n");
    expect(text).toMatch(/time +2\.00 s \(150\.0 MIPS\)/);
    expect(text).toMatch(/instructions +300,000,000/);
    expect(text).toMatch(/epochs +300, all verified by 2 replicas/);
    expect(text).toMatch(/outputs +26 verified before they left \(1,075 bytes\)/);
    expect(text).toMatch(/checkpoints +3, 1 kept\n/);
    expect(text).toMatch(/memory +44 pages shared .*checkpoint 50, replica 0 4, replica 1 6/);
    expect(text).toContain("peak 70 pages (280 KiB)");
    expect(text).toMatch(/divergences +none\n$/);
  });

  it("tells what the replicas take together at rest, older checkpoints included", () => {
    const framesByOwner = {
      free: 100,
      zero: 1,
      checkpoint: 100,
      "older checkpoints": 20,
      "replica 0": 0,
      "replica 1": 0,
    };
    const sample = { epoch: 9, steps: 900, peakFrames: 150, replicaPages: 110, framesByOwner };
    const text = summaryText(reportOf({ memory: [{ ...sample, replicaPages: 7 }, sample] }));
    expect(text).toContain("after the last checkpoint 1.10 times one replica's 110");
    expect(summaryText(reportOf())).not.toContain("after the last checkpoint");
  });

  it("claims no verification for one replica", () => {
    const text = summaryText(reportOf({ replicas: 1, framesByOwner: { "replica 0": 3 } }));
    expect(text).toContain("not verified (one replica)");
    expect(text).toContain("26 released");
    expect(text).toContain("0 pages shared");
  });

  it("does not call verified what a primary released, nor the end of such a run", () => {
    const text = summaryText(
      reportOf({ release: "primary", stop: { reason: "diverged", exitCode: 0, detail: "why" } }),
    );
    expect(text).toContain("stopped; what left before was not verified: why");
    expect(text).toMatch(/epochs +300, not verified \(outputs of the primary left uncompared\)/);
    expect(text).toMatch(/outputs +26 released, not verified/);
  });

  it("says who goes on after a takeover, and when nobody is to blame", () => {
    const divergence = {
      epoch: 9,
      signal: "crash",
      replicas: [1],
      absent: [0],
      detail: "",
    } as const;
    const outcome = { kind: "recovered", by: "failover", attempts: 1 } as const;
    const text = summaryText(
      reportOf({
        divergences: [
          { divergence, outcome: { ...outcome, blamed: [0], left: 1 }, durationMs: 3 },
          { divergence, outcome: { ...outcome, blamed: [] }, durationMs: 3 },
        ],
      }),
    );
    expect(text).toContain("blamed: replica 0, 1 replica left");
    expect(text).toContain("nobody is blamed");
  });

  it("tells how many of the faults drawn have struck", () => {
    const record = { use: "result-bit-flip", replica: 0, at: 5, bit: 1 };
    const struck = { fault: 0, core: 0, replica: 0, step: 5, what: "result in x1", record };
    const arrivals = [record, { ...record, at: 900 }];
    const text = summaryText(reportOf({ arrivals, faults: [struck] }));
    expect(text).toMatch(/arrivals +2 faults drawn, 1 struck/);
    expect(summaryText(reportOf())).not.toContain("arrivals");
  });

  it("lists no more than the first 20 faults, struck or never reached", () => {
    const struck = Array.from({ length: 23 }, (_, fault) => ({
      fault,
      replica: 0,
      step: fault,
      what: `flip ${fault}.`,
      record: undefined,
    }));
    const missed = Array.from({ length: 1021 }, (_, fault) => ({
      fault,
      use: "result-bit-flip",
      at: fault,
      core: 0,
    }));
    const text = summaryText(reportOf({ faults: struck, faultsNotReached: missed }));
    expect(text).toContain("flip 19.");
    expect(text).not.toContain("flip 20.");
    expect(text).toMatch(/^ {2} +and 3 more struck, all of them with --report$/m);
    expect(text.match(/: never reached$/gm)).toHaveLength(20);
    expect(text).toMatch(/^ {2} +and 1,001 more never reached, all of them with --report$/m);
    const few = reportOf({ faults: struck.slice(3), faultsNotReached: missed.slice(1001) });
    expect(summaryText(few)).not.toContain("more");
  });

  it("tells of writes astray that were stopped", () => {
    const text = summaryText(reportOf({ wildWritesStopped: 2 }));
    expect(text).toContain("2 wild writes stopped at the border of a frame");
    expect(summaryText(reportOf())).not.toContain("wild");
  });

  it("tells what a fault did and what was done about it", () => {
    const text = summaryText(
      reportOf({
        faults: [{ fault: 0, core: 1, replica: 1, step: 8000, what: "x5 bit 3: 0x10 -> 0x18" }],
        divergences: [
          {
            divergence: DIVERGENCE,
            outcome: { kind: "recovered", by: "third-replica", blamed: [1], attempts: 2 },
            durationMs: 35,
          },
        ],
      }),
    );
    expect(text).toMatch(/fault +replica 1, step 8,000: x5 bit 3: 0x10 -> 0x18/);
    expect(text).toContain("epoch 17: the replicas disagreed (register hart0.x5)");
    expect(text).toContain("recovered by third-replica in 35 ms, blamed: replica 1, 2 attempts");
  });

  it("tells where a recovery started, what it repeated and which checkpoints it went behind", () => {
    const recovered = {
      divergence: DIVERGENCE,
      outcome: { kind: "recovered", by: "rollback", blamed: [0], attempts: 1 },
      durationMs: 35,
    } as const;
    const text = summaryText(
      reportOf({
        divergences: [
          {
            ...recovered,
            replay: { fromEpoch: 1200, steps: 34_500 },
            demoted: [{ epoch: 1600, steps: 9, why: "no replay agreed" }],
          },
          { ...recovered, replay: { fromEpoch: -1, steps: 7 } },
        ],
      }),
    );
    expect(text).toContain("-> not from the checkpoint after epoch 1,600: no replay agreed\n");
    expect(text).toContain(
      "; 34,500 instructions repeated from the checkpoint after epoch 1,200\n",
    );
    expect(text).toContain("; 7 instructions repeated from power-on\n");
  });

  it("tells why a divergence was not resolved, and which faults never happened", () => {
    const text = summaryText(
      reportOf({
        stop: { reason: "diverged", exitCode: 0, detail: "epoch 17" },
        divergences: [
          { divergence: DIVERGENCE, outcome: { kind: "stopped", why: "policy" }, durationMs: 1 },
        ],
        faultsNotReached: [{ fault: 0, use: "worker-crash", replica: 0, at: 9000 }],
      }),
    );
    expect(text).toContain("stopped without releasing anything unverified: epoch 17");
    expect(text).toContain("not resolved: policy");
    expect(text).toContain("replica 0, step 9,000: never reached");
  });

  it.each([
    ["reset", "asked for a reset"],
    ["guest-failure", "reported a failure, exit code 5"],
    ["step-limit", "limit of steps"],
    ["user", "by the user"],
    ["idle-forever", "waits for something"],
  ] as const)("has a heading for %s", (reason: RunReport["stop"]["reason"], text) => {
    expect(summaryText(reportOf({ stop: { reason, exitCode: 5 } }))).toContain(text);
  });
});
