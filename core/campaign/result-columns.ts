// Results as a table: the columns of all exports. What the host measured is left out, so that exports of two runs of a
// campaign are the same to the last byte.
import type { StoredResult } from "../api/result-store.ts";

export interface ResultColumn {
  readonly name: string;
  readonly kind: "text" | "integer" | "number";
  /** @returns undefined where the result has no such thing */
  readonly of: (result: StoredResult) => string | number | undefined;
}

export const RESULT_COLUMNS: readonly ResultColumn[] = [
  { name: "variant", kind: "text", of: ({ variant }) => variant },
  { name: "index", kind: "integer", of: ({ index }) => index },
  { name: "stratum", kind: "text", of: ({ experiment }) => experiment.stratum },
  { name: "weight", kind: "number", of: ({ experiment }) => experiment.weight },
  { name: "model", kind: "text", of: ({ experiment }) => experiment.fault.use },
  { name: "at", kind: "integer", of: ({ experiment }) => experiment.fault.at },
  { name: "fault", kind: "text", of: faultText },
  { name: "outcome", kind: "text", of: ({ outcome }) => outcome },
  { name: "detector", kind: "text", of: ({ detector }) => detector },
  { name: "ended", kind: "text", of: ({ ended }) => ended },
  { name: "injected", kind: "text", of: ({ injected }) => injected },
  { name: "injectedAt", kind: "integer", of: ({ injectedAt }) => injectedAt },
  { name: "hart", kind: "integer", of: ({ struck }) => struck?.hart },
  {
    name: "pc",
    kind: "text",
    of: ({ struck }) => (struck === undefined ? undefined : `0x${struck.pc.toString(16)}`),
  },
  { name: "symbol", kind: "text", of: ({ struck }) => struck?.symbol },
  { name: "instruction", kind: "text", of: ({ struck }) => struck?.text },
  { name: "latencySteps", kind: "integer", of: ({ latencySteps }) => latencySteps },
  { name: "latencyEpochs", kind: "integer", of: ({ latencyEpochs }) => latencyEpochs },
  { name: "lostSteps", kind: "integer", of: ({ lostSteps }) => lostSteps },
  { name: "wrongRegister", kind: "text", of: ({ firstWrong }) => firstWrong?.register },
  { name: "wrongPage", kind: "integer", of: ({ firstWrong }) => firstWrong?.page },
  { name: "wrongOutput", kind: "text", of: ({ firstWrong }) => firstWrong?.output },
  { name: "detail", kind: "text", of: ({ detail }) => detail },
];

/** Options of the fault as JSON, in the order of their names. */
function faultText({ experiment }: StoredResult): string {
  const { use: _use, at: _at, ...options } = experiment.fault;
  return JSON.stringify(
    Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}
