// The closing summary of a run, for people. For machines the RunReport itself is written.
import type { DivergenceSignal } from "../api/recovery-strategy.ts";
import { framesInUse, type MemorySample } from "../coordinator/frame-accounts.ts";
import type { DivergenceReport, RunReport } from "../coordinator/run-report.ts";
import { blamedReplicasText } from "./blame-text.ts";
import { coreRows, findingText } from "./core-text.ts";
import { faultPlaceText, struckPlace } from "./fault-place.ts";
import {
  amountText,
  checkpointText,
  countText,
  durationText,
  framesText,
  sharedPages,
  speedText,
} from "./number-text.ts";

/** Of faults that struck, and of those that were never reached. */
const MAX_FAULT_ROWS = 20;

export function summaryText(report: RunReport): string {
  const { divergences, faults, faultsNotReached } = report;
  const rows: [string, string][] = [
    ["time", `${durationText(report.wallMs)} (${speedText(report.steps, report.wallMs)})`],
    ["instructions", countText(report.steps)],
    ["epochs", `${countText(report.epochs)}${verifiedBy(report)}`],
    ["outputs", outputsText(report)],
    ["checkpoints", `${countText(report.checkpoints)}, ${countText(report.checkpointsKept)} kept`],
    ["memory", memoryText(report)],
    ...faultRows(
      faults.map(
        (fault) =>
          `${faultPlaceText(struckPlace(fault))}, step ${countText(fault.step)}: ${fault.what}`,
      ),
      "struck",
    ),
    ...faultRows(
      faultsNotReached.map(
        (fault) => `${faultPlaceText(fault)}, step ${countText(fault.at)}: never reached`,
      ),
      "never reached",
    ),
    ...recordingRows(report),
    ...wildWriteRows(report),
    ...arrivalRows(report),
    ["divergences", divergences.length === 0 ? "none" : countText(divergences.length)],
    ...divergences.flatMap(divergenceRows),
    ...coreRows(report.cores, report.hostCores),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}${text}`);
  return `extravirt: ${stopText(report)}\n${lines.join("\n")}\n`;
}

/** The first ones: arrivals can be thousands. */
function faultRows(texts: readonly string[], what: string): [string, string][] {
  const rows = texts.slice(0, MAX_FAULT_ROWS).map((text): [string, string] => ["fault", text]);
  const more = texts.length - rows.length;
  if (more > 0) rows.push(["", `and ${countText(more)} more ${what}, all of them with --report`]);
  return rows;
}

function recordingRows({ recording }: RunReport): [string, string][] {
  if (recording === undefined) return [];
  const { path, failure } = recording;
  return [["recording", failure === undefined ? path : `${path}, broken off: ${failure}`]];
}

function stopText({ stop, release }: RunReport): string {
  const detail = stop.detail === undefined ? "" : `: ${stop.detail}`;
  switch (stop.reason) {
    case "power-off":
      return `the guest powered off, exit code ${stop.exitCode}${detail}`;
    case "reset":
      return `the guest asked for a reset${detail}`;
    case "guest-failure":
      return `the guest reported a failure, exit code ${stop.exitCode}${detail}`;
    case "step-limit":
      return `stopped at the limit of steps${detail}`;
    case "user":
      return `stopped by the user${detail}`;
    case "idle-forever":
      return `stopped: the guest waits for something that can't come any more${detail}`;
    case "cut-off":
      return `stopped: outputs could not be released any more${detail}`;
    case "fenced":
      return `stopped for good${detail}`;
    case "diverged":
      return release === "primary"
        ? `stopped; what left before was not verified${detail}`
        : `stopped without releasing anything unverified${detail}`;
  }
}

function verifiedBy({ replicas, release, engines }: RunReport): string {
  if (release === "primary") return ", not verified (outputs of the primary left uncompared)";
  const how = engines === "diverse" ? " that interpret and compile" : "";
  return replicas > 1
    ? `, all verified by ${replicas} replicas${how}`
    : ", not verified (one replica)";
}

function outputsText({ outputsCommitted, outputBytes, replicas, release }: RunReport): string {
  const isVerified = replicas > 1 && release === "agreed";
  const how = isVerified ? "verified before they left" : "released, not verified";
  return `${countText(outputsCommitted)} ${how} (${amountText(outputBytes, "byte")})`;
}

function memoryText({ framesByOwner, peakFrames, memory }: RunReport): string {
  const owners = Object.entries(framesByOwner)
    .filter(([owner, frames]) => owner !== "free" && owner !== "zero" && frames > 0)
    .map(([owner, frames]) => `${owner} ${countText(frames)}`);
  return (
    `${amountText(sharedPages(framesByOwner), "page")} shared by the replicas; ` +
    `frames: ${owners.join(", ")}; peak ${framesText(peakFrames)}` +
    atRestText(memory.at(-1))
  );
}

function wildWriteRows({ wildWritesStopped }: RunReport): [string, string][] {
  if (wildWritesStopped === undefined) return [];
  return [["", `${amountText(wildWritesStopped, "wild write")} stopped at the border of a frame`]];
}

/** What all replicas and checkpoints take together, right after a checkpoint. */
function atRestText(last: MemorySample | undefined): string {
  if (last === undefined || last.replicaPages === 0) return "";
  const ratio = (framesInUse(last.framesByOwner) / last.replicaPages).toFixed(2);
  return `; after the last checkpoint ${ratio} times one replica's ${countText(last.replicaPages)}`;
}

function arrivalRows({ arrivals, faults }: RunReport): [string, string][] {
  if (arrivals === undefined) return [];
  const records = new Set(faults.map(({ record }) => record));
  const struck = arrivals.filter((arrival) => records.has(arrival)).length;
  return [
    ["arrivals", `${amountText(arrivals.length, "fault")} drawn, ${countText(struck)} struck`],
  ];
}

const SIGNALS: Readonly<Record<DivergenceSignal, string>> = {
  ballots: "the replicas disagreed",
  state: "the replicas' states differed",
  crash: "a replica crashed",
  hang: "a replica no longer answered",
  "self-check": "a replica found itself faulty",
};

function divergenceRows(report: DivergenceReport): [string, string][] {
  const { divergence, outcome, durationMs, demoted = [], diagnoses = [] } = report;
  const { epoch, signal, detail } = divergence;
  const did =
    outcome.kind === "stopped"
      ? `not resolved: ${outcome.why}`
      : `recovered by ${outcome.by} in ${durationText(durationMs)}, ` +
        blamedReplicasText(outcome) +
        (outcome.left === undefined ? "" : `, ${amountText(outcome.left, "replica")} left`) +
        (outcome.pagesCopied === undefined
          ? ""
          : `, ${amountText(outcome.pagesCopied, "page")} copied`) +
        (outcome.attempts > 1 ? `, ${outcome.attempts} attempts` : "") +
        replayText(report);
  return [
    ["", `epoch ${countText(epoch)}: ${SIGNALS[signal]} (${detail})`],
    ...demoted.map((checkpoint): [string, string] => [
      "",
      `-> not from ${checkpointText(checkpoint.epoch)}: ${checkpoint.why}`,
    ]),
    ["", `-> ${did}`],
    ...diagnoses.map((diagnosed): [string, string] => ["", `-> ${findingText(diagnosed)}`]),
    ...(report.incident === undefined
      ? []
      : [["", `-> ${report.incident}`] satisfies [string, string]]),
  ];
}

function replayText({ replay }: DivergenceReport): string {
  if (replay === undefined) return "";
  return `; ${countText(replay.steps)} instructions repeated from ${checkpointText(replay.fromEpoch)}`;
}
