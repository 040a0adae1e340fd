// What was run, how to run it again, and whether the faults of variants are the same.
import { confidenceText, pointsText } from "../../cli/share-text.ts";
import { amountText, countText } from "../../cli/number-text.ts";
import { html, type Html } from "../html.ts";
import { tableHtml } from "../data-table.ts";
import { STRATEGY_SLOTS } from "../strategies.ts";
import type { ReportInput, ReportVariant } from "../report-input.ts";

export function subject(input: ReportInput): Html {
  const { variants, label, ranVersion, guest, mode, seed, sampling, commands, changes } = input;
  const [first] = variants;
  if (first === undefined) return html``;
  const { summary, golden } = first;
  const digests = new Set(variants.map((variant) => variant.golden.outputDigest));
  const pair = (name: string, text: string): Html =>
    html`<dt>${name}</dt>
      <dd>${text}</dd> `;
  return html`<section aria-labelledby="subject">
    <h2 id="subject">What was run</h2>
    <dl>
      ${pair("config", label)}${pair("guest", guest)}${pair("ExtraVirt", ranVersion)}${pair(
        "mode",
        mode === "full"
          ? "full: every experiment is a run with all replicas"
          : "against-golden: one faulty replica, compared with the recorded run without faults",
      )}${pair("sampling", `${sampling}, seed ${seed}`)}${pair(
        "fault space",
        `${pointsText(summary.points)} points (a bit of a site before an instruction), before instructions ${countText(summary.steps.first)} to ${countText(summary.steps.end - 1)}`,
      )}${pair("experiments", `${countText(summary.planned)} of each variant, one fault each`)}${pair(
        "without faults",
        `${golden.stop.reason}, exit code ${golden.stop.exitCode}, ${amountText(golden.steps, "instruction")}, ${amountText(golden.epochs, "epoch")}`,
      )}${pair(
        "its outputs",
        digests.size === 1
          ? `SHA-256 ${golden.outputDigest}${variants.length > 1 ? ", the same in every variant" : ""}`
          : "DIFFER between variants: they do not do the same work, and comparing them misleads",
      )}${pair("confidence", confidenceText(summary.confidence))}
    </dl>
    ${strategyTable(variants)} ${variants.length > 1 ? pairedTable(variants) : undefined}
    <h3>How to repeat it</h3>
    <p>
      The same config, seed and version give the same tables to the last digit, on any host and with
      any number of workers. Measured times will differ.
    </p>
    ${changes.length > 0 ? changed(changes) : undefined}
    <pre tabindex="0" aria-label="Commands"><code>${commands.join("\n")}</code></pre>
  </section> `;
}

function changed(changes: readonly string[]): Html {
  return html`<p>
      The config is not the one that was run: the command repeats this report's results only with
      the config, and the options of the command line, as they were.
    </p>
    <ul>
      ${changes.map((change) => html`<li>${change}</li>`)}
    </ul>`;
}

function strategyTable(variants: readonly ReportVariant[]): Html {
  return tableHtml({
    caption: "Strategies, with their options",
    columns: ["variant", ...STRATEGY_SLOTS.map(([, title]) => title)].map((title) => ({ title })),
    rows: variants.map(({ name, strategies }) => [name, ...strategies]),
  });
}

function pText(p: number | undefined): string {
  if (p === undefined) return "-";
  return p < 1e-4 ? "< 0.0001" : p.toFixed(4);
}

function pairedTable(variants: readonly ReportVariant[]): Html {
  const [first, ...others] = variants;
  return html`<h3>The same faults</h3>
    <p>
      Where variants have the same fault space, the same seed draws the same faults, each for one of
      the variant's replicas. These are compared one by one with ${first?.name ?? ""}. The test is
      McNemar's, exact and two-sided: how likely a difference as large would be if both variants
      failed equally
      often.${
        others.some(({ paired }) => paired !== undefined && paired.pValue === undefined) &&
        " There is no p where plain counts of experiments say nothing of shares: where they stand for different parts of the fault space (def-use, stratified), where every point was tried, or where the fault spaces differ."
      }
    </p>
    ${tableHtml({
      caption: `Failures against ${first?.name ?? ""}, fault by fault`,
      columns: [
        { title: "variant" },
        ...[
          "same faults",
          "other faults",
          `only ${first?.name ?? ""} failed`,
          "only this failed",
          "p",
        ].map((title) => ({ title, isNumber: true })),
      ],
      rows: others.flatMap(({ name, paired }) =>
        paired === undefined
          ? []
          : [
              [
                name,
                ...[paired.faults, paired.others, paired.onlyFirst, paired.onlyThis].map(countText),
                pText(paired.pValue),
              ],
            ],
      ),
    })}`;
}
