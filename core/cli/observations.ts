// What instruments and profiles found, for people: printed after the closing summary.
import { isDeepStrictEqual } from "node:util";
import { ACTIVITIES, type Activity } from "../api/activity-observer.ts";
import type { Note } from "../coordinator/run-observation.ts";
import type { InstrumentReport, ProfileReport, RunReport } from "../coordinator/run-report.ts";
import { amountText, countText, durationText } from "./number-text.ts";

/** Places of a profile that are listed. */
const TOP_PLACES = 20;
const NAME_WIDTH = 34;

const ACTIVITY_TEXT: Readonly<Record<Activity, string>> = {
  interpreter: "interpreter",
  compiled: "compiled code",
  translation: "decoding and compiling",
  refill: "TLB refill, slow accesses",
  devices: "devices",
  callouts: "system instructions, traps, exact floating point",
  other: "the rest of the replica",
};

/** Lines that an instrument handed out, marked where several replicas do. */
export function noteText({ replica, replicas, text }: Note): string {
  if (replicas === 1) return text;
  return text.replaceAll(/^(?=.)/gm, `replica ${replica}: `);
}

export function observationsText({ instrumentation = [], profile = [] }: RunReport): string {
  return [...alike(instrumentation).map(instrumentText), ...profile.map(profileText)].join("");
}

/** Findings that replicas have in common are told once. */
function alike(
  reports: readonly InstrumentReport[],
): readonly { readonly report: InstrumentReport; readonly replicas: readonly number[] }[] {
  const groups: { readonly report: InstrumentReport; readonly replicas: number[] }[] = [];
  for (const report of reports) {
    const { replica, ...found } = report;
    const same = groups.find((group) =>
      isDeepStrictEqual({ ...found, replica: group.report.replica }, group.report),
    );
    // A replica has an instrument of each slot: what it has twice alike is told twice.
    if (same === undefined || same.replicas.includes(replica)) {
      groups.push({ report, replicas: [replica] });
    } else same.replicas.push(replica);
  }
  return groups;
}

function instrumentText({ report, replicas }: ReturnType<typeof alike>[number]): string {
  const { use, fromStep, toStep, lines } = report;
  const who = `replica${replicas.length > 1 ? "s" : ""} ${replicas.join(", ")}`;
  const span = `steps ${countText(fromStep)} to ${countText(toStep)}`;
  return `${use} (${who}, ${span})\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

function profileText({ replica, activityMs, samples, places }: ProfileReport): string {
  const totalMs = ACTIVITIES.reduce((sum, activity) => sum + activityMs[activity], 0);
  const activities = ACTIVITIES.map(
    (activity) =>
      `  ${percent(activityMs[activity], totalMs)}  ${durationText(activityMs[activity]).padStart(10)}  ` +
      `${ACTIVITY_TEXT[activity]}\n`,
  );
  const rows = places
    .slice(0, TOP_PLACES)
    .map(
      ({ place, privilege, samples: own, compiledSamples }) =>
        `  ${percent(own, samples)}  ${privilege} ${place.padEnd(NAME_WIDTH)}` +
        `${percent(compiledSamples, own)} compiled\n`,
    );
  const rest = places.length - rows.length;
  return [
    `profile of replica ${replica}: ${durationText(totalMs)} at work\n`,
    ...activities,
    `  instructions by place, from ${amountText(samples, "sample")}\n`,
    ...rows,
    rest > 0 ? `  and ${countText(rest)} more\n` : "",
  ].join("");
}

function percent(part: number, whole: number): string {
  return `${(whole === 0 ? 0 : (100 * part) / whole).toFixed(1)} %`.padStart(7);
}
