// What a host and a coordinator say to each other is believed in nothing but its form, and that is checked: who holds the
// key may be faulty all the same, and what it says must end its own connection only.
import {
  isLeaseMs,
  type LeaseAnswer,
  type LeaseRequest,
  type LeaseReturn,
} from "../lease/lease-terms.ts";
import {
  hasFields,
  isCount,
  isList,
  isObject,
  isOneOf,
  isText,
  WrongMessage,
  type Check,
} from "../wire/form-checks.ts";
import type { Hello, HostAnswer, HostOrder, HostReport } from "./host-message.ts";

const isFinite: Check = (value) => Number.isFinite(value);
/** The next term is a number, too. */
const isTerm: Check = (value) => isCount(value) && isCount((value as number) + 1);

type Kinds<T extends { readonly kind: string }> = Readonly<Record<T["kind"], Check>>;

const HELLO: Kinds<Hello> = {
  hello: hasFields({
    purpose: isOneOf("lease", "replica"),
    vm: isText,
    holder: isText,
    term: isTerm,
    software: isText,
    plugins: isList(isText),
  }),
};

const ANSWERS: Kinds<HostAnswer> = {
  welcome: () => true,
  refused: hasFields({
    error: hasFields({
      code: isOneOf("XV_ERR_HOST_SOFTWARE", "XV_ERR_HOST_PLUGINS", "XV_ERR_HOST_FENCED"),
      message: isText,
      remedy: isText,
    }),
  }),
};

const LEASE_REQUESTS: Kinds<LeaseRequest | LeaseReturn> = {
  lease: hasFields({
    manner: isOneOf("probe", "claim", "keep"),
    vm: isText,
    term: isTerm,
    holder: isText,
    leaseMs: isLeaseMs,
    number: isCount,
  }),
  return: hasFields({ vm: isText, term: isTerm, holder: isText }),
};

const LEASE_ANSWERS: Kinds<LeaseAnswer> = {
  granted: hasFields({ number: isCount, term: isTerm }),
  willing: hasFields({ number: isCount, term: isTerm }),
  busy: hasFields({ number: isCount, term: isTerm, waitMs: isFinite }),
  fenced: hasFields({ number: isCount, term: isTerm }),
};

/** What is in them concerns the one replica only, whose process looks after itself. */
const ORDERS: Kinds<HostOrder> = {
  assign: () => true,
  load: () => true,
  begin: () => true,
  epoch: () => true,
  save: () => true,
  observe: () => true,
  remapped: () => true,
  restore: () => true,
  memory: () => true,
  end: () => true,
};

const REPORTS: Kinds<HostReport> = {
  report: () => true,
  ended: hasFields({ why: isText }),
};

/** Each throws WrongMessage for anything else. */
export const checkedHello: (value: unknown) => Hello = checking(HELLO, "a greeting");
export const checkedAnswer: (value: unknown) => HostAnswer = checking(ANSWERS, "a host's answer");
export const checkedLeaseRequest: (value: unknown) => LeaseRequest | LeaseReturn = checking(
  LEASE_REQUESTS,
  "a request about leases",
);
export const checkedLeaseAnswer: (value: unknown) => LeaseAnswer = checking(
  LEASE_ANSWERS,
  "an answer about leases",
);
/** Beside the form: no order that only a process's own host may give. */
export const checkedOrder: (value: unknown) => HostOrder = checking(ORDERS, "an order");
export const checkedHostReport: (value: unknown) => HostReport = checking(
  REPORTS,
  "a report of a host",
);

function checking<T extends { readonly kind: string }>(
  kinds: Kinds<T>,
  what: string,
): (value: unknown) => T {
  return (value) => {
    const kind = isObject(value) ? value["kind"] : undefined;
    const isRight =
      typeof kind === "string" && Object.hasOwn(kinds, kind) && kinds[kind as T["kind"]](value);
    if (!isRight) throw new WrongMessage(`the other side sent something that is not ${what}`);
    return value as unknown as T;
  };
}
