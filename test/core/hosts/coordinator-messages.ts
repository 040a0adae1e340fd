// What a coordinator says to a host, in its right form.
import type { Hello } from "../../../core/hosts/host-message.ts";
import type { LeaseRequest } from "../../../core/lease/lease-terms.ts";
import { SOFTWARE } from "./fake-host.ts";

export const HELLO: Hello = {
  kind: "hello",
  purpose: "lease",
  vm: "vm",
  holder: "run",
  term: 0,
  software: SOFTWARE,
  plugins: [],
};
export const LEASE: LeaseRequest = {
  kind: "lease",
  manner: "claim",
  vm: "vm",
  term: 1,
  holder: "run",
  leaseMs: 1000,
  number: 1,
};
