// The life of a thread that runs experiments: open what it is set up with, then batch after batch until it is ended.
import { parentPort, workerData } from "node:worker_threads";
import type { Experiment, ExperimentResult } from "../api/experiment.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { ErrorCode } from "../api/extravirt-error.ts";
import { openExperimentRunner, type ExperimentSetup } from "./experiment-setup.ts";

/** An error on its way between threads, which would make a plain Error of it. */
export interface PostedError {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: ErrorCode | undefined;
  readonly place: string | undefined;
  readonly value: string | undefined;
  readonly remedy: string | undefined;
}

export type ExperimentAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "results"; readonly results: readonly ExperimentResult[] }
  | { readonly kind: "failed"; readonly error: PostedError };

export async function serveExperiments(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("core/campaign/experiment-worker.ts runs as a thread only");
  const post = (answer: ExperimentAnswer): void => port.postMessage(answer);
  try {
    const runner = await openExperimentRunner(workerData as ExperimentSetup);
    port.on("message", (experiments: readonly Experiment[]) => {
      runner.run(experiments).then(
        (results) => post({ kind: "results", results }),
        (error: unknown) => post({ kind: "failed", error: posted(error) }),
      );
    });
    post({ kind: "ready" });
  } catch (error) {
    post({ kind: "failed", error: posted(error) });
  }
}

function posted(error: unknown): PostedError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const told = error instanceof ExtravirtError ? error : undefined;
  return {
    message,
    stack,
    code: told?.code,
    place: told?.place,
    value: told?.value,
    remedy: told?.remedy,
  };
}

export function errorOf({ code, message, stack, place, value, remedy }: PostedError): Error {
  if (code === undefined) {
    const error = new Error(message);
    if (stack !== undefined) error.stack = stack;
    return error;
  }
  return new ExtravirtError(code, message, {
    ...(place !== undefined && { place }),
    ...(value !== undefined && { value }),
    remedy: remedy ?? "",
  });
}
