// A report as one HTML file: no script, no network, readable in light and dark, on paper, and with a screen reader.
import { Html, html } from "./html.ts";
import type { ReportInput } from "./report-input.ts";
import { REPORT_STYLE } from "./report-style.ts";
import { costs } from "./sections/costs.ts";
import { details } from "./sections/details.ts";
import { meaning } from "./sections/meaning.ts";
import { outcomes } from "./sections/outcomes.ts";
import { overview } from "./sections/overview.ts";
import { subject } from "./sections/subject.ts";

/** Nothing is loaded and nothing runs, whatever the data says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** DETERMINISM: the same input gives the same bytes. */
export async function reportPage(input: ReportInput): Promise<string> {
  const what = input.kind === "comparison" ? "Comparison" : "Fault-injection campaign";
  const title = `${what}: ${input.label}`;
  const costSection = await costs(input);
  const links: readonly (readonly [string, string])[] = [
    ["result", "Result"],
    ["subject", "What was run"],
    ["outcomes", "Outcomes"],
    ...(costSection === undefined ? [] : ([["costs", "Costs"]] as const)),
    ["details", input.variants.length === 1 ? "Where faults matter" : "Variant by variant"],
    ["meaning", "What the numbers mean"],
  ];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="ExtraVirt ${input.version}" />
        <title>${title}</title>
        <style>
          ${new Html(REPORT_STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>${title}</h1>
          <p class="measured">
            Written by ExtraVirt ${input.version}. Times and memory were measured on one host;
            everything else repeats to the last digit.
          </p>
        </header>
        <nav aria-label="Sections">
          <ul>
            ${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
          </ul>
        </nav>
        <main id="content" tabindex="-1">
          ${overview(input)} ${subject(input)} ${await outcomes(input)} ${costSection}
          ${await details(input)} ${meaning(input)}
        </main>
      </body>
    </html> `;
  return page.text;
}
