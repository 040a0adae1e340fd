// The one error type for everything a user can cause or mend. The CLI prints it without a stack trace.
// Each code has a heading in docs/errors.md and a test.

export interface ErrorDetails {
  /** Where: file and option ("configs/a.yaml: machine.ram"), or the image or device. */
  readonly place?: string;
  /** The value found there, as the user wrote it. */
  readonly value?: string;
  /** What to do next, as an instruction. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** Codes read `XV_ERR_<AREA>_<WHAT>`. */
export type ErrorCode = `XV_ERR_${string}`;

export class ExtravirtError extends Error {
  override readonly name: string = "ExtravirtError";
  readonly code: ErrorCode;
  readonly place: string | undefined;
  readonly value: string | undefined;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.place = details.place;
    this.value = details.value;
    this.remedy = details.remedy;
  }
}
