// One recovery from the fault to going on, as it was seen in one run.
import type { RunEvent } from "../../measurement/run-costs.ts";
import type { Chart } from "../chart.ts";
import { COLOUR } from "../chart-style.ts";
import { countText } from "../../cli/number-text.ts";
import { msText } from "../number-words.ts";

const LANES: Readonly<Record<RunEvent["kind"], string>> = {
  fault: "fault strikes",
  divergence: "divergence detected",
  replica: "replica starts",
  diagnosis: "core diagnosed",
  recovered: "recovered",
  verified: "guest goes on",
  checkpoint: "checkpoint",
};
const ROW_HEIGHT = 26;
const MOST_ROWS = 40;

/** @returns undefined where no divergence was seen */
export function timelineChart(
  id: string,
  name: string,
  events: readonly RunEvent[],
): Chart | undefined {
  const divergence = events.findIndex(({ kind }) => kind === "divergence");
  if (divergence < 0) return undefined;
  const last = events.findLastIndex(({ kind }) => kind === "verified" || kind === "recovered");
  const shown = events.slice(0, Math.max(last, divergence) + 1).slice(0, MOST_ROWS);
  const startMs = shown.find(({ kind }) => kind === "fault")?.atMs ?? shown[0]?.atMs ?? 0;
  const values = shown.map(({ kind, atMs, steps, what }) => ({
    lane: LANES[kind],
    ms: atMs - startMs,
    steps,
    what,
  }));
  const [from, to] = ["divergence", "recovered"].map(
    (kind) => (shown.find((event) => event.kind === kind)?.atMs ?? startMs) - startMs,
  );
  const x = {
    field: "ms",
    type: "quantitative",
    title: "milliseconds since the coordinator heard of the fault",
  };
  const lanes = Object.values(LANES).filter((lane) => values.some((value) => value.lane === lane));
  const y = { field: "lane", type: "nominal", title: null, sort: lanes };
  return {
    id,
    title: `Timeline of one recovery: ${name}`,
    description:
      "One measured run with one fault: from the fault over the divergence and the replay to going on. " +
      "The bar is the recovery, during which nothing is released. The table says what happened at each mark.",
    spec: {
      width: 520,
      height: { step: ROW_HEIGHT },
      layer: [
        {
          data: { values: [{ from, to, lane: LANES.recovered }] },
          mark: { type: "bar", height: 12, color: COLOUR.accent, opacity: 0.35 },
          encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y },
        },
        {
          data: { values },
          mark: { type: "point", filled: true, size: 70, color: COLOUR.accent, opacity: 1 },
          encoding: { x, y },
        },
      ],
    },
    table: {
      caption: `What happened in one recovery: ${name}`,
      columns: [
        { title: "event" },
        { title: "after", isNumber: true },
        { title: "agreed instructions", isNumber: true },
        { title: "what" },
      ],
      rows: values.map(({ lane, ms, steps, what }) => [lane, msText(ms), countText(steps), what]),
    },
  };
}
