// A chart of a report: a Vega-Lite specification, drawn when the report is written, so that the file needs no script. Who
// cannot see it has its title, a description that says what there is to see, and its numbers as a table.
import type { DataTable } from "./data-table.ts";
import { tableHtml } from "./data-table.ts";
import { escaped, html, Html } from "./html.ts";
import { CHART_CONFIG } from "./chart-style.ts";

export interface Chart {
  /** Unique in a report; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What it shows, and what is to be seen in it. */
  readonly description: string;
  /** Vega-Lite, without what `CHART_CONFIG` says. */
  readonly spec: object;
  readonly table: DataTable;
}

/** Draws one chart after the other: Vega is loaded with the first. */
export async function chartHtml({ id, title, description, spec, table }: Chart): Promise<Html> {
  const svg = await drawn(spec, id);
  const label = `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>`;
  const named = svg.replace(
    "<svg ",
    `<svg role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" `,
  );
  const place = named.indexOf(">") + 1;
  const drawing = new Html(named.slice(0, place) + label + named.slice(place));
  return html`<figure id="${id}">
    <figcaption><strong>${title}.</strong> ${description}</figcaption>
    <div class="chart">${drawing}</div>
    <details>
      <summary>Numbers of this chart<span class="hidden">: ${title}</span></summary>
      ${tableHtml(table)}
    </details>
  </figure> `;
}

async function drawn(spec: object, id: string): Promise<string> {
  const { compile } = await import("vega-lite");
  const { parse, resetSVGDefIds, View } = await import("vega");
  const whole = { ...spec, background: null, config: CHART_CONFIG } as never;
  const view = new View(parse(compile(whole).spec), { renderer: "none" });
  resetSVGDefIds();
  try {
    return slimmed(await view.toSVG(), id);
  } finally {
    view.finalize();
  }
}

/** As one image it needs no roles and names inside; its references have to be its own among other charts. */
const slimmed = (svg: string, id: string): string =>
  svg
    .replaceAll(/ (?:aria-[a-z]+|role|pointer-events|class)="[^"]*"/g, "")
    .replaceAll(/<path d="(?:M0,0h0v0h0Z)?"[^>]*\/>/g, "")
    .replaceAll(/ id="([^"]+)"/g, ` id="${id}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#${id}-$1)`);
