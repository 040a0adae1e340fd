// Errors that come from outside of the coordinator: from taps of hooks and from backends. They end a run; what its own
// code throws is an error of its own, from which it may be restarted.
const foreign = new WeakSet<object>();

/** Calls what is not the coordinator's own code; what that throws is known as foreign from there on. */
export function callForeign<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (typeof error === "object" && error !== null) foreign.add(error);
    throw error;
  }
}

export const isForeign = (error: unknown): boolean =>
  typeof error === "object" && error !== null && foreign.has(error);
