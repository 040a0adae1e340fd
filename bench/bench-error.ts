// Something that whoever started the benchmark can mend; printed without a stack trace.

export class BenchError extends Error {
  override readonly name: string = "BenchError";
}
