import { describe, expect, it } from "vitest";
import {
  checkedAnswer,
  checkedHello,
  checkedHostReport,
  checkedLeaseAnswer,
  checkedLeaseRequest,
  checkedOrder,
} from "../../../core/hosts/check-host-message.ts";
import { WrongMessage } from "../../../core/wire/form-checks.ts";
import { HELLO, LEASE } from "./coordinator-messages.ts";

const REFUSED = {
  kind: "refused",
  error: { code: "XV_ERR_HOST_FENCED", message: "why", remedy: "what" },
};

type Case = readonly [string, (value: unknown) => unknown, readonly object[], readonly object[]];

const CASES: readonly Case[] = [
  [
    "greetings",
    checkedHello,
    [HELLO, { ...HELLO, plugins: ["abc"] }, { ...HELLO, purpose: "replica" }],
    [
      { ...HELLO, plugins: undefined },
      { ...HELLO, plugins: [4] },
      { ...HELLO, term: "1" },
      { ...HELLO, term: Number.MAX_SAFE_INTEGER },
      { ...HELLO, purpose: "play" },
      { ...HELLO, vm: undefined },
    ],
  ],
  [
    "answers of a host",
    checkedAnswer,
    [{ kind: "welcome" }, REFUSED],
    [
      { kind: "refused" },
      { kind: "refused", error: null },
      { kind: "refused", error: { ...REFUSED.error, code: "XV_ERR_OTHER" } },
      { kind: "refused", error: { ...REFUSED.error, remedy: 3 } },
    ],
  ],
  [
    "requests about leases",
    checkedLeaseRequest,
    [LEASE, { kind: "return", vm: "vm", term: 1, holder: "run" }],
    [
      { ...LEASE, leaseMs: Infinity },
      { ...LEASE, leaseMs: -1 },
      { ...LEASE, leaseMs: 600_001 },
      { ...LEASE, leaseMs: null },
      { ...LEASE, number: undefined },
      { ...LEASE, manner: "take" },
      { kind: "return", vm: "vm", term: 1 },
    ],
  ],
  [
    "answers about leases",
    checkedLeaseAnswer,
    [
      { kind: "granted", term: 1, number: 1 },
      { kind: "willing", term: 1, number: 2 },
      { kind: "busy", term: 1, number: 1, waitMs: 3.5 },
      { kind: "fenced", number: 0, term: 2 },
    ],
    [
      { kind: "granted", term: 1 },
      { kind: "granted", term: 1, number: -1 },
      { kind: "fenced", number: 0, term: Number.MAX_SAFE_INTEGER },
      { kind: "fenced", term: 2 },
    ],
  ],
  [
    "orders",
    checkedOrder,
    [{ kind: "save" }, { kind: "epoch", record: {} }],
    [{ kind: "prepare", plugins: ["data:text/javascript,"] }],
  ],
  [
    "reports of a host",
    checkedHostReport,
    [
      { kind: "report", report: null },
      { kind: "ended", why: "it is dead" },
    ],
    [{ kind: "ended" }, { kind: "ended", why: {} }],
  ],
];

describe.each(CASES)("%s", (_, check, right, wrong) => {
  it.each(right.map((message) => [message]))("take %j", (message) => {
    expect(check(message)).toBe(message);
  });

  const others = [null, undefined, 3, "hello", [], {}, { kind: "toString" }, { kind: null }];
  it.each([...wrong, ...others].map((message) => [message]))("refuse %j", (message) => {
    expect(() => check(message)).toThrow(WrongMessage);
  });
});
