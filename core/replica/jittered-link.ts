// Perturbs the timing between coordinator and replica, keeping the order of messages: results must not notice.
import type { StartReplica } from "./replica-link.ts";

/** Wraps a way to start replicas so that each message is delayed by 0 to `jitterMs` wall milliseconds. */
export function jitteredLink(start: StartReplica, jitterMs: number): StartReplica {
  if (jitterMs === 0) return start;
  return (onReport) => {
    let lastReport: Promise<void> = Promise.resolve();
    let lastOrder: Promise<void> = Promise.resolve();
    const delay = (): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(resolve, Math.random() * jitterMs);
      });
    const link = start((report) => {
      lastReport = lastReport.then(delay).then(() => onReport(report));
    });
    return {
      pid: link.pid,
      ignore: () => link.ignore?.(),
      send: (order) => {
        lastOrder = lastOrder.then(delay).then(() => link.send(order));
      },
      isCutOff: () => link.isCutOff?.() === true,
      terminate: () => link.terminate(),
    };
  };
}
