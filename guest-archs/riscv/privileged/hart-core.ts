// What the parts of one hart's privileged architecture share.
import type { HartState } from "./hart-state.ts";
import type { Pmp } from "./pmp.ts";
import type { PrivilegedEnvironment } from "./privileged-hart.ts";

export interface HartCore {
  readonly hartId: number;
  readonly state: HartState;
  readonly pmp: Pmp;
  readonly environment: PrivilegedEnvironment;
}
