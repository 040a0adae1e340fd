// What a device below reads in guest memory is compared: a difference that nothing else has shown yet is a divergence.
import { describe, expect, it } from "vitest";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { pairOf, soloOf, toyConfig, tripleOf } from "../coordinator/toy-run.ts";

const DMA = new URL("./dma-plugin.ts", import.meta.url).href;

/** Ten letters, each stored in memory and sent from there after a while. */
const SOURCE = `
  li r1 0xf000
  shl16 r1 0
  li r4 0x4000
  li r2 120
  store r2 r4 4
  li r2 65
  li r3 10
round:
  store r2 r4 0
  li r5 200
wait:
  addi r5 -1
  bnz r5 wait
  store r4 r1 0
  addi r2 1
  addi r3 -1
  bnz r3 round
  li r9 0
  store r9 r1 4
`;

async function run(
  faults: readonly FaultConfig[],
  slots: { readonly replication?: SlotConfig; readonly recovery?: SlotConfig } = {},
  input: readonly { readonly after: number; readonly text: string }[] = [],
): Promise<{ readonly report: RunReport; readonly text: string }> {
  const below = { use: "devices-below" };
  const checkpoint = { use: "never" };
  const common = { source: SOURCE, plugins: [DMA], boundary: below, checkpoint, faults, input };
  const config = toyConfig({ ...common, ...slots });
  const machine = { ...config.machine, platform: { use: "dma-toy" } };
  let text = "";
  const report = await runMachine(
    { ...config, machine },
    {
      onVmm: ({ hooks }) =>
        hooks.outputCommitted.tap("test", (_epoch, outputs) => {
          for (const { bytes } of outputs) text += Buffer.from(bytes).toString();
        }),
    },
  );
  return { report, text };
}

const flip = (address: number, replica = 1): FaultConfig => ({
  use: "memory-bit-flip",
  replica,
  at: 2100,
  address,
  bit: 1,
});

describe("memory that a device below reads", { timeout: 30_000 }, () => {
  it.each([
    ["third-replica", pairOf()],
    ["repair", pairOf()],
    ["rollback", pairOf()],
    ["third-replica", tripleOf()],
    ["repair", tripleOf()],
  ])("differs: %s finds who is right, and nothing wrong leaves (%o)", async (use, replication) => {
    const recovery = { use, attempts: 3 };
    const { report, text } = await run([flip(0x4000)], { replication, recovery });
    expect(report.divergences).toMatchObject([
      {
        divergence: {
          signal: "state",
          detail: "a device reads 0x4000, where replica 1 differs",
        },
        outcome: { kind: "recovered" },
      },
    ]);
    expect(text).toBe("ABCDEFGHIJ");
    expect(report.stop).toEqual({ reason: "power-off", exitCode: 0 });
  });

  it("differs: an input waits until that is resolved, and enters once", async () => {
    const input = [{ after: 7, text: "?" }];
    const { report, text } = await run([flip(0x4004, 0)], {}, input);
    expect(report.divergences).toMatchObject([
      { divergence: { signal: "state" }, outcome: { kind: "recovered" } },
    ]);
    expect(report.divergences[0]?.divergence.detail).toContain("a device reads 0x4004");
    expect(text).toBe("ABCDEFGxHIJ");
  });

  it("is not compared where there is nobody to compare with", async () => {
    const { text } = await run([flip(0x4000, 0)], {
      replication: soloOf(),
      recovery: { use: "rollback", attempts: 3 },
    });
    expect(text).toBe("ABCDEDGHIJ");
  });
});
