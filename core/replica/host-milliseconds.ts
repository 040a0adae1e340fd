// The host's monotonic clock, as replicas may look at it for profiles and for nothing else: the same in all threads and
// processes of a host.
import process from "node:process";

const NANOSECONDS_PER_MILLISECOND = 1e6;

export const hostMilliseconds = (): number =>
  Number(process.hrtime.bigint()) / NANOSECONDS_PER_MILLISECOND;
