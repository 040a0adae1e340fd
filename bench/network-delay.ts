// What a network between two hosts costs: a console program on both, over the loopback device with delays added.
//   node bench/network-delay.ts [milliseconds each way]...
import process from "node:process";
import { runHosted } from "../test/e2e/hosts/hosted-run.ts";

const LINES = 60;
const delays = process.argv.slice(2).map(Number);

process.stdout.write("each way   ms/epoch   outputs   wall ms after the first\n");
for (const ms of delays.length > 0 ? delays : [0, 1, 5, 20]) {
  let [firstMs, lastMs, epochs] = [0, 0, 0];
  const { report } = await runHosted({
    lines: LINES,
    impairment: { delayMs: [ms, ms] },
    config: { checkpoint: { use: "never" } },
    onVmm: ({ hooks }) => {
      hooks.epochVerified.tap("bench", () => {
        lastMs = performance.now();
        if (epochs++ === 0) firstMs = lastMs;
      });
    },
  });
  const wallMs = lastMs - firstMs;
  const cells = [
    `${ms} ms`.padEnd(8),
    (wallMs / (epochs - 1)).toFixed(2).padStart(10),
    String(report.outputsCommitted).padStart(9),
    wallMs.toFixed(0).padStart(10),
  ];
  process.stdout.write(`${cells.join(" ")}\n`);
}
