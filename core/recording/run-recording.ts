// What a run has to say of its recording and its incidents.
import { dirname } from "node:path";
import type { Config, RecordingConfig } from "../api/config.ts";
import type { ReplicationPlan } from "../api/replication.ts";
import type { DivergenceReport, RecordingReport } from "../coordinator/run-report.ts";
import type { IncidentRecorder } from "./incident-recorder.ts";
import { SNAPSHOT_EVERY_EPOCHS, type Recorder } from "./recorder.ts";

/** The config's own, or the one that the replication's plan demands. */
export function recordingOf(
  { recording }: Pick<Config, "recording">,
  plan: Pick<ReplicationPlan, "recording">,
): RecordingConfig | undefined {
  if (recording !== undefined || plan.recording === undefined) return recording;
  return { path: plan.recording, snapshotEveryEpochs: SNAPSHOT_EVERY_EPOCHS };
}

/** Where the config names the directory of the recording. */
export const recordingPlace = ({ recording }: Pick<Config, "recording">): string =>
  recording === undefined ? "replication.recording" : "recording.path";

export function recordingReport({
  path,
  failure,
}: Pick<Recorder, "path" | "failure">): RecordingReport {
  return { path: dirname(path), ...(failure !== undefined && { failure }) };
}

/** Without the incident that could not be completed. */
export function withWritten(
  report: DivergenceReport,
  incidents?: Pick<IncidentRecorder, "isWritten">,
): DivergenceReport {
  const { incident, ...others } = report;
  return incident === undefined || incidents?.isWritten(incident) === true ? report : others;
}
