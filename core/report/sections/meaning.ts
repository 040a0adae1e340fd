// What the numbers mean, and what they do not.
import { FAILURES } from "../../api/experiment.ts";
import { confidenceText } from "../../cli/share-text.ts";
import { html, type Html } from "../html.ts";
import type { ReportInput } from "../report-input.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  masked: "nothing that a user could see changed, and nothing was detected",
  recovered: "detected; the run went on and ended as the one without faults",
  stopped: "detected; the run ended, having released nothing wrong",
  "silent-corruption":
    "an output differs from that of the run without faults, and nobody noticed before it left; where nobody noticed at all, the guest ended as it should have",
  crash: "undetected by ExtraVirt; the guest failed by itself, or ended in another way",
  hang: "undetected; the guest waits for ever, or did not end within the limit of steps",
  "recovered-wrong": "detected and recovered, and an output differs nevertheless",
};

export function meaning({ variants, mode }: ReportInput): Html {
  const summary = variants[0]?.summary;
  const confidence = confidenceText(summary?.confidence ?? 0.95);
  const looks = Math.max(...variants.map((variant) => variant.summary.looks));
  const over = looks > 1 ? `, widened so that this holds over ${looks} looks at the results` : "";
  const isExact = summary?.allocation === "every-point";
  return html`<section aria-labelledby="meaning">
    <h2 id="meaning">What the numbers mean</h2>
    <dl>
      ${Object.entries(MEANINGS).map(
        ([outcome, text]) =>
          html`<dt>${outcome}</dt>
            <dd>${text}</dd> `,
      )}
    </dl>
    <p>
      Failures are ${FAILURES.join(", ")}. “No harm” is everything else: a run that stops honestly
      does no harm, but it does not go on either.
    </p>
    <ul>
      <li>
        ${
          isExact
            ? "Every point of the fault space was tried or is known without an experiment: shares are counted."
            : `Shares are estimates from a sample. Intervals are Wilson's (1927), at ${confidence}${over}, for display. “At most” and “at least” are one-sided bounds after Clopper and Pearson (1934), at ${confidence}${over}: use these for claims.`
        }
      </li>
      <li>
        A share belongs to this guest, this workload and this fault space: percentages of different
        guests or fault spaces cannot be compared. A variant that runs longer, or has more state,
        meets more faults; extrapolated points of the fault space show that where percentages hide
        it (Schirmeier, Borchert and Spinczyk, DSN 2015).
      </li>
      <li>
        Faults are single: one per experiment, drawn over the models listed under each variant.
        Nothing follows for several faults at a time, for sites that no model strikes, or for faults
        of the host outside of replicas.
      </li>
      <li>
        Every replica of a variant is struck equally often; with more replicas there is more
        hardware to be struck in the same time, which these shares do not show.
      </li>
      ${
        mode === "full"
          ? undefined
          : html`<li>
              Experiments were run against golden: one faulty replica is compared with what was
              recorded of the run without faults, which is what replicas without faults would have
              said.
            </li>`
      }
      <li>
        “Detection latency” counts the guest's instructions from the fault to the end of the epoch
        in which it was noticed; it is no time of any host.
      </li>
    </ul>
  </section> `;
}
