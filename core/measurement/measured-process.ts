// One measured run in a fresh process, so that no run finds code that another one has warmed up.
import { fork } from "node:child_process";
import process from "node:process";
import type { Config } from "../api/config.ts";
import { ExtravirtError, type ErrorCode, type ErrorDetails } from "../api/extravirt-error.ts";
import type { RunCosts } from "./run-costs.ts";

const ENTRY = import.meta.url.endsWith(".ts") ? "./measurement-entry.ts" : "./measurement-entry.js";

export interface MeasurementJob {
  readonly config: Config;
}

export type MeasurementAnswer =
  | { readonly kind: "costs"; readonly costs: RunCosts }
  | {
      readonly kind: "refused";
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: ErrorDetails;
    }
  | { readonly kind: "failed"; readonly message: string };

/** Nobody wants the result any more. */
export class MeasurementStopped extends Error {
  override readonly name: string = "MeasurementStopped";
}

/**
 * @param signal ends the process, and with it the measurement
 * @throws what the run throws, MeasurementStopped, and XV_ERR_MEASUREMENT where the process itself ends early
 */
export function measureInProcess(config: Config, signal?: AbortSignal): Promise<RunCosts> {
  const job: MeasurementJob = { config };
  if (signal?.aborted === true) return Promise.reject(new MeasurementStopped());
  return new Promise((resolve, reject) => {
    const child = fork(new URL(ENTRY, import.meta.url), [], {
      serialization: "advanced",
      // What a guest prints is no result; what goes wrong with the process itself is to be read.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      ...(signal !== undefined && { signal }),
      killSignal: "SIGKILL",
    });
    child.on("error", (error) =>
      reject(signal?.aborted === true ? new MeasurementStopped() : error),
    );
    child.on("message", (answer) => {
      const said = answer as MeasurementAnswer;
      if (said.kind === "costs") resolve(said.costs);
      else if (said.kind === "failed") reject(endedEarly(said.message));
      else reject(new ExtravirtError(said.code, said.message, said.details));
    });
    child.on("exit", (code, by) => reject(endedEarly(`it ended with ${by ?? `code ${code}`}`)));
    child.send(job);
  });
}

const endedEarly = (why: string): ExtravirtError =>
  new ExtravirtError("XV_ERR_MEASUREMENT", `A measured run failed: ${why}.`, {
    place: `process of ${process.execPath}`,
    remedy:
      "Run the config with `extravirt run` to see whether it works, and that there is memory left.",
  });
