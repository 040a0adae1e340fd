// Makes a replica hostile from some step on: what its worker reports from there on is what a seed says, in words that only
// a coordinator that looks at them survives. What it never does is touch memory that is not its own.
import { parentPort } from "node:worker_threads";
import { API_VERSION, type FaultModel, type Plugin } from "../../../core/index.ts";
import { BallotBoxes } from "../../../core/replica/ballot-box.ts";
import { Random } from "../../differential/random.ts";

type Report = Readonly<Record<string, unknown>>;

const ODD_NUMBERS = [-1, 0, 1, 0.5, 2 ** 31, 2 ** 53, Number.NaN, Infinity, -Infinity];
const ODD_VALUES: readonly unknown[] = [
  undefined,
  null,
  "",
  "ready",
  true,
  [],
  {},
  1n,
  new Uint8Array(3),
  "x".repeat(100_000),
  new Map([[1, 2]]),
  ...ODD_NUMBERS,
];

/** `undefined` is one of them. */
const oddValue = (random: Random): unknown => ODD_VALUES[random.below(ODD_VALUES.length)];

/** One field of it, or one within a field, becomes something else. */
function distorted(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random.chance(0.1)) {
    return typeof value === "number" && random.chance(0.7)
      ? random.pick(ODD_NUMBERS)
      : oddValue(random);
  }
  if (value instanceof Uint8Array) {
    const changed = random.chance(0.2) ? new Uint8Array(random.below(5000)) : value.slice();
    if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
    return changed;
  }
  if (Array.isArray(value)) return [...value, oddValue(random)];
  const entries = Object.entries(value);
  if (entries.length === 0) return oddValue(random);
  const [name, field] = random.pick(entries);
  const copy: Record<string, unknown> = { ...value, [name]: distorted(field, random) };
  if (random.chance(0.1)) delete copy[name];
  return copy;
}

/** Reports that nobody asked for. */
function unasked(random: Random): unknown {
  const odd = oddValue(random);
  if (random.chance(0.1)) return odd;
  return random.pick<unknown>([
    { kind: odd },
    { kind: "ready" },
    { kind: "voted" },
    { kind: "state", state: odd },
    { kind: "observed", observed: odd },
    { kind: "note", index: random.pick(ODD_NUMBERS), text: odd },
    { kind: "fault", step: random.pick(ODD_NUMBERS), what: odd, id: random.pick(ODD_NUMBERS) },
    { kind: "refused", error: odd },
    { kind: "refused", error: { code: "XV_ERR_CONFIG_INVALID", message: "no", remedy: "none" } },
    { kind: "ballot", ballot: odd },
    { kind: "crashed", message: odd },
    { kind: "__proto__" },
  ]);
}

function turnHostile(seed: number): void {
  const port = parentPort;
  if (port === null) throw new Error("this fault is for replicas on worker threads");
  const random = new Random(seed);
  const post = port.postMessage.bind(port);
  const styles = ["distort", "repeat", "flood", "silence", "unasked"] as const;
  const style = random.pick(styles);
  // All that it says goes by message from here on.
  BallotBoxes.prototype.vote = () => false;
  port.postMessage = (report: Report) => {
    if (style === "silence" && random.chance(0.3)) return;
    if (style === "unasked" || random.chance(0.2)) post(unasked(random));
    if (style === "flood") for (let left = 50; left > 0; left -= 1) post(distorted(report, random));
    post(style === "distort" || random.chance(0.3) ? distorted(report, random) : report);
    if (style === "repeat") post(report);
  };
}

const hostile: FaultModel = {
  kind: "fault",
  name: "hostile",
  summary: "The replica's worker reports what a seed says",
  isInfrastructure: true,
  schema: {
    type: "object",
    additionalProperties: false,
    required: ["seed"],
    properties: { seed: { type: "integer" } },
  },
  inject(options) {
    turnHostile(options["seed"] as number);
    return undefined;
  },
};

const plugin: Plugin = {
  name: "hostile-replica",
  apiVersion: API_VERSION,
  provide: (registry) => registry.register(hostile),
};

export default plugin;
