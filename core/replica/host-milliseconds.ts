// The host's monotonic clock, the same in all threads and processes of a host. What runs around a replica looks at it for
// figures (profiles, output times, when it came to stand still) and for nothing else; the machine never does.
import process from "node:process";

const NANOSECONDS_PER_MILLISECOND = 1e6;

export const hostMilliseconds = (): number =>
  Number(process.hrtime.bigint()) / NANOSECONDS_PER_MILLISECOND;
