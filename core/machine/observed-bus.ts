// A bus that tells an observer of activities when a device is at work.
import type { ActivityObserver } from "../api/activity-observer.ts";
import type { MmioBus } from "../api/processor.ts";

export function observedBus(bus: MmioBus, observer: ActivityObserver): MmioBus {
  const during = <T>(access: () => T): T => {
    const before = observer.enter("devices");
    try {
      return access();
    } finally {
      observer.enter(before);
    }
  };
  return {
    read: (address, size) => during(() => bus.read(address, size)),
    write: (address, size, value) => during(() => bus.write(address, size, value)),
    ...(bus.loaded !== undefined && { loaded: bus.loaded }),
  };
}
