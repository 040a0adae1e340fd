// Remembers what a memory-sharing strategy asked for, in order: "promote 0/5" is replica 0, page 5.
import type { SharingMechanism } from "../../../core/index.ts";

export interface RecordingMechanism extends SharingMechanism {
  readonly calls: readonly string[];
}

export function recordingMechanism(): RecordingMechanism {
  const calls: string[] = [];
  const record =
    (name: string) =>
    (replica: number, page: number): void => {
      calls.push(`${name} ${replica}/${page}`);
    };
  return {
    calls,
    shareWithCheckpoint: record("share"),
    givePrivateCopy: record("copy"),
    promote: record("promote"),
    copyToCheckpoint: record("keep"),
    protect: record("protect"),
  };
}
