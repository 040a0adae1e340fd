import { describe, expect, it } from "vitest";
import { followNotices } from "../../../core/cli/notices.ts";
import { createHooks } from "../../../core/coordinator/hooks.ts";
import type { Divergence, Vmm } from "../../../core/index.ts";

const DIVERGENCE: Divergence = {
  epoch: 1234,
  signal: "ballots",
  replicas: [0, 1],
  absent: [],
  detail: "output 3 on uart0",
};

function noticesOf(): { hooks: Vmm["hooks"]; printed: string[] } {
  const hooks = createHooks();
  const printed: string[] = [];
  followNotices({ hooks }, (text) => void printed.push(text));
  return { hooks, printed };
}

describe("notices", () => {
  it("tell of fault, divergence and recovery as they happen", () => {
    const { hooks, printed } = noticesOf();
    hooks.faultInjected.call({ fault: 0, core: 1, replica: 1, step: 8000, what: "x5 bit 3" });
    hooks.divergenceDetected.call(DIVERGENCE);
    hooks.recovered.call({
      divergence: DIVERGENCE,
      outcome: { kind: "recovered", by: "third-replica", blamed: [1], attempts: 1 },
      durationMs: 20,
    });
    expect(printed).toEqual([
      "extravirt: fault in replica 1 at step 8,000: x5 bit 3\n",
      "extravirt: divergence in epoch 1,234: output 3 on uart0; nothing of it was released\n",
      "extravirt: recovered by third-replica in 20 ms, replica 1 was wrong\n",
    ]);
  });

  it("tell which checkpoints are given up", () => {
    const { hooks, printed } = noticesOf();
    hooks.checkpointDemoted.call({ epoch: 1700, steps: 5, why: "it is too young" });
    expect(printed).toEqual([
      "extravirt: the checkpoint after epoch 1,700 is given up: it is too young\n",
    ]);
  });

  it("tell why there was no recovery", () => {
    const { hooks, printed } = noticesOf();
    const outcome = { kind: "stopped", why: "policy" } as const;
    hooks.recovered.call({ divergence: DIVERGENCE, outcome, durationMs: 1 });
    expect(printed).toEqual(["extravirt: not recovered: policy\n"]);
  });

  it("do not continue a line of the guest", () => {
    const { hooks, printed } = noticesOf();
    const fault = { fault: 0, core: 0, replica: 0, step: 1, what: "pc" };
    const output = (text: string): void =>
      hooks.outputCommitted.call(0, [{ channel: "uart0", bytes: Buffer.from(text) }]);
    output("login: ");
    hooks.faultInjected.call(fault);
    hooks.faultInjected.call(fault);
    output("root\n");
    hooks.faultInjected.call(fault);
    expect(printed.map((text) => text.startsWith("\n"))).toEqual([true, false, false]);
  });
});
