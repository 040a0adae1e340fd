// Remembers what a memory-sharing strategy asked for, in order: "promote 0/5,6" is replica 0, pages 5 and 6.
import type { SharingMechanism } from "../../../core/index.ts";

export interface RecordingMechanism extends SharingMechanism {
  readonly calls: readonly string[];
}

export function recordingMechanism(): RecordingMechanism {
  const calls: string[] = [];
  const record =
    (name: string) =>
    (replica: number, pages: readonly number[]): void => {
      if (pages.length > 0) calls.push(`${name} ${replica}/${pages.join()}`);
    };
  return {
    calls,
    shareWithCheckpoint: record("share"),
    givePrivateCopy: record("copy"),
    promote: record("promote"),
    copyToCheckpoint: record("keep"),
    protect: record("protect"),
    pagesUnlikeCheckpoint: () => [],
    hashCheckpoint: (page) => page,
    isSameFrame: (page, other) => page === other,
    mergePages: (page, other) => {
      calls.push(`merge ${page} with ${other}`);
      return true;
    },
  };
}
