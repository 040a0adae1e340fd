// How charts look: colours are variables of the page, which has a light and a dark set of them.
import type { Outcome } from "../api/experiment.ts";

const INK = "var(--ink)";
const LINE = "var(--line)";
const TEXT_SIZE = 12;

/** See `REPORT_STYLE` for their values. */
export const COLOUR: Readonly<Record<"ink" | "muted" | "accent" | "harm" | "paper", string>> = {
  ink: INK,
  muted: "var(--muted)",
  accent: "var(--accent)",
  harm: "var(--o-silent-corruption)",
  paper: "var(--paper)",
};

export const outcomeColour = (outcome: Outcome): string => `var(--o-${outcome})`;

const TITLES: Readonly<Record<string, unknown>> = {
  labelColor: INK,
  titleColor: INK,
  labelFontSize: TEXT_SIZE,
  titleFontSize: TEXT_SIZE,
  titleFontWeight: "normal",
  labelLimit: 320,
};

/** Of Vega-Lite. */
export const CHART_CONFIG: object = {
  font: "sans-serif",
  view: { stroke: LINE },
  axis: { ...TITLES, domainColor: INK, tickColor: INK, gridColor: LINE },
  legend: { ...TITLES, symbolLimit: 0 },
  header: TITLES,
  text: { color: INK, fontSize: TEXT_SIZE },
};
