// Entry of the process of a measured run.
import { enableCompileCache } from "node:module";
import process from "node:process";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { MeasurementAnswer, MeasurementJob } from "./measured-process.ts";

enableCompileCache();
const { measureRun } = await import("./measure-run.ts");

// Nobody waits for the result any more.
process.on("disconnect", () => process.exit(1));
process.once("message", (job) => {
  void measureRun((job as MeasurementJob).config)
    .then((costs): MeasurementAnswer => ({ kind: "costs", costs }), answerTo)
    .then((answer) => process.send?.(answer, () => process.exit(0)));
});

function answerTo(error: unknown): MeasurementAnswer {
  if (error instanceof ExtravirtError) {
    const { code, message, place, value, remedy } = error;
    const details = {
      remedy,
      ...(place !== undefined && { place }),
      ...(value !== undefined && { value }),
    };
    return { kind: "refused", code, message, details };
  }
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}
