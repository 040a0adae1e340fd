// What goes over the wire between a coordinator and a host. The first message of a connection says what it is for; the
// host welcomes or refuses it.
//
//   connection    coordinator to host                  host to coordinator
//   lease         LeaseRequest, LeaseReturn            LeaseAnswer
//   replica       an order each, as to a process       { report }: from the replica; { ended }: it is gone, and why
import type { ErrorCode } from "../api/extravirt-error.ts";
import type { ProcessOrder } from "../process/process-message.ts";

export interface Hello {
  readonly kind: "hello";
  readonly purpose: "lease" | "replica";
  /** Name of the virtual machine. */
  readonly vm: string;
  /** Of the run, and the term of its lease: 0 before it has one. */
  readonly holder: string;
  readonly term: number;
  readonly software: string;
  /** Digests of the config's plugins, in order. */
  readonly plugins: readonly string[];
}

export type HostAnswer =
  | { readonly kind: "welcome" }
  | {
      readonly kind: "refused";
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly remedy: string;
      };
    };

/** All but the first, which names plugins by where they are: the host knows them by their digests. */
export type HostOrder = Exclude<ProcessOrder, { readonly kind: "prepare" | "hold" }>;

export type HostReport =
  | { readonly kind: "report"; readonly report: unknown }
  | { readonly kind: "ended"; readonly why: string };

export interface HostCode {
  readonly software: string;
  /** URL of each plugin by the digest of its code. */
  readonly plugins: ReadonlyMap<string, string>;
}

/** Wall milliseconds between heartbeats on an idle connection. */
export const HEARTBEAT_MS = 250;
