// What a replica's process sends is believed in nothing but its form, and that is checked: a fault may make it say
// anything, and what it says must harm nobody but itself.
import type { Ballot } from "../api/epoch.ts";
import { PAGE_BYTES } from "../api/guest-memory.ts";
import { DIGEST_WORDS } from "../memory/page-digest.ts";
import type { ReplicaReport } from "../replica/replica-setup.ts";
import {
  hasFields,
  isBytes,
  isCount,
  isFlag,
  isList,
  isNumber,
  isObject,
  isOneOf,
  isOptional,
  isText,
  type Check,
} from "../wire/form-checks.ts";

const isPages: Check = (value) => value instanceof Uint32Array;
const isDigests: Check = (value) =>
  isObject(value) &&
  value["pages"] instanceof Uint32Array &&
  value["digests"] instanceof BigUint64Array &&
  value["digests"].length === value["pages"].length * DIGEST_WORDS;
const isContents: Check = (value) =>
  isObject(value) &&
  value["pages"] instanceof Uint32Array &&
  value["bytes"] instanceof Uint8Array &&
  value["bytes"].length === value["pages"].length * PAGE_BYTES;

const isProfile = hasFields({
  activityMs: (value) => isObject(value) && Object.values(value).every((ms) => isNumber(ms)),
  samples: isCount,
  places: isList(
    hasFields({ place: isText, privilege: isText, samples: isCount, compiledSamples: isCount }),
  ),
});

const isStop = hasFields({
  reason: isOneOf("power-off", "reset", "guest-failure"),
  exitCode: isNumber,
});

const BALLOT: Readonly<Record<keyof Ballot, Check>> = {
  epoch: isCount,
  steps: isCount,
  isIdle: isFlag,
  tick: isNumber,
  nextAlarmTick: isNumber,
  stop: isOptional(isStop),
  outputs: isList(hasFields({ channel: isText, bytes: isBytes })),
  registers: isBytes,
  dirtyPages: isCount,
};

const KINDS: Readonly<Record<ReplicaReport["kind"], Check>> = {
  ready: () => true,
  ballot: hasFields({ ballot: hasFields(BALLOT) }),
  voted: () => false,
  saved: () => false,
  state: hasFields({
    state: isBytes,
    memory: hasFields({ written: isDigests, scrubbed: isDigests, frames: isCount }),
  }),
  memory: (value) => {
    const answer = isObject(value) ? value["answer"] : undefined;
    if (!isObject(answer) || !isPages(answer["pages"])) return false;
    if (answer["kind"] === "contents") return isContents(answer);
    return answer["kind"] === "digests" && isDigests(answer) && isCount(answer["leaked"]);
  },
  fault: hasFields({
    step: isCount,
    what: isText,
    id: isCount,
    isStopped: isOptional(isOneOf(true)),
  }),
  note: hasFields({ index: isCount, text: isText }),
  observed: hasFields({
    observed: hasFields({
      fromStep: isCount,
      toStep: isCount,
      findings: isList(hasFields({ use: isText })),
      profile: isOptional(isProfile),
      outputs: isOptional(isList(hasFields({ epoch: isCount, atMs: isNumber }))),
    }),
  }),
  crashed: hasFields({
    message: isText,
    isSelfCheck: isOptional(isFlag),
    isCutOff: isOneOf(undefined),
  }),
  refused: hasFields({
    error: hasFields({ code: isText, message: isText, remedy: isText }),
  }),
};

/** Where memory is shared, ballots and pages need no messages. */
const SHARED_KINDS: typeof KINDS = {
  ...KINDS,
  voted: () => true,
  saved: hasFields({ number: isCount }),
  state: hasFields({ state: isBytes }),
  memory: () => false,
};

/**
 * @param isMemoryShared with the coordinator
 * @throws RangeError for what is no report
 */
export function checkedReport(value: unknown, isMemoryShared = false): ReplicaReport {
  const kinds = isMemoryShared ? SHARED_KINDS : KINDS;
  const kind = isObject(value) ? value["kind"] : undefined;
  const check =
    typeof kind === "string" ? (kinds as Readonly<Record<string, Check>>)[kind] : undefined;
  if (check === undefined || !Object.hasOwn(KINDS, kind as string) || !check(value)) {
    throw new RangeError(
      `it sent something that is no report${typeof kind === "string" ? `: "${kind.slice(0, 20)}"` : ""}`,
    );
  }
  return value as ReplicaReport;
}
