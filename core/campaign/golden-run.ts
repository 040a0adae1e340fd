// The run without faults that experiments are compared with: run once, recorded in the campaign's directory, and taken
// again from there as long as the definition is the same.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CampaignMode } from "../api/campaign.ts";
import type { Config } from "../api/config.ts";
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { runMachine } from "../coordinator/run-machine.ts";
import type { RunReport, RunStop, StopReason } from "../coordinator/run-report.ts";
import { softwareDigest } from "../hosts/code-digest.ts";
import { packageVersion } from "../package-root.ts";
import { plainToJson } from "../recording/plain-json.ts";
import { RecordedRun } from "../recording/recorded-run.ts";
import { GoldenOutputs } from "./golden-outputs.ts";
import { machineDefinition, withoutFaults } from "./machine-definition.ts";

/** States of all replicas were compared in full. */
export interface GoldenCheck {
  /** Last epoch before the comparison. */
  readonly epoch: number;
  /** Last epoch before the state that was compared: earlier where replicas ran on meanwhile. */
  readonly ofEpoch: number;
}

export interface GoldenFacts {
  readonly steps: number;
  readonly epochs: number;
  readonly replicas: number;
  readonly stop: RunStop;
  readonly outputDigest: string;
  /** Steps since power-on at the end of each epoch. */
  readonly epochEnds: readonly number[];
  readonly checks: readonly GoldenCheck[];
  /** Bytes released so far by channel, after each epoch that released any. */
  readonly released: readonly ReleasedBytes[];
  /** Channels that inputs came from: what the guest sends there may decide what it gets. */
  readonly answered: readonly string[];
}

interface ReleasedBytes {
  readonly epoch: number;
  readonly channels: Readonly<Record<string, number>>;
}

/** Plain data: posted to workers. */
export interface GoldenRun {
  readonly facts: GoldenFacts;
  /** Directory of its recording. */
  readonly recording: string;
  /** What it released, for `GoldenOutputs.read`. */
  readonly outputs: string;
}

/** Somebody ended it before it ended by itself. */
export class GoldenRunStopped extends ExtravirtError {
  constructor(place: string) {
    super("XV_ERR_CAMPAIGN_GOLDEN_FAILED", "The run without faults was stopped before its end.", {
      place,
      value: "user",
      remedy: "Give the same command again.",
    });
  }
}

/** Steps after which a guest is taken for one that never ends, where the config sets no limit. */
const DEFAULT_STEP_LIMIT = 100_000_000_000;
const SNAPSHOT_EVERY_EPOCHS = 50;
const ENDS: readonly StopReason[] = ["power-off", "reset", "idle-forever"];
const DESCRIPTION = "golden.json";

export interface GoldenOptions {
  /** Directory of the run; made, and replaced where it holds another one. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

/**
 * @throws XV_ERR_CAMPAIGN_KEEPS_WRITES, XV_ERR_CAMPAIGN_GOLDEN_ENDLESS, XV_ERR_CAMPAIGN_GOLDEN_FAILED, XV_ERR_CAMPAIGN_NOT_DETERMINISTIC, and what a run
 * of the config throws
 */
export async function goldenRunOf(
  loaded: LoadedConfig,
  options: GoldenOptions,
): Promise<GoldenRun> {
  const { directory } = options;
  requireNoTraces(loaded);
  const digest = digestOf(loaded.config, loaded.config.campaign?.mode);
  const places = {
    recording: join(directory, "recording"),
    outputs: join(directory, "outputs.json"),
  };
  const known = await readFacts(join(directory, DESCRIPTION), digest);
  const isWhole = existsSync(places.outputs) && existsSync(places.recording);
  if (known !== undefined && isWhole) return { facts: known, ...places };
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const { facts, outputs } = await record(loaded, places.recording, options);
  await writeFile(places.outputs, outputs.write());
  if (loaded.config.campaign?.mode === "full") await checkRepeats(loaded, facts, options);
  const description = join(directory, DESCRIPTION);
  // Whole or not there: the runner may be killed at any moment.
  await writeFile(`${description}.new`, JSON.stringify({ digest, facts }));
  await rename(`${description}.new`, description);
  return { facts, ...places };
}

/** Thousands of runs begin alike, and some of them at the same time. */
function requireNoTraces({ config, registry, placeOf }: LoadedConfig): void {
  for (const [index, { id, backend }] of config.machine.devices.entries()) {
    if (backend === undefined) continue;
    if (registry.get("backend", backend.use).keepsWrites?.(backend) !== true) continue;
    throw new ExtravirtError(
      "XV_ERR_CAMPAIGN_KEEPS_WRITES",
      "Runs of this campaign would not begin alike: what the guest writes to this device stays.",
      {
        place: placeOf(["machine", "devices", index, "backend"]),
        value: id ?? backend.use,
        remedy: "Have writes discarded (`temporary: true`) or refused (`readOnly: true`).",
      },
    );
  }
}

/** The same for the same machine, with the content of its images, executed by the same software. */
function digestOf(config: Config, mode: CampaignMode | undefined): string {
  // What whole runs are compared with has been seen to repeat.
  const isRepeated = mode === "full";
  const text = plainToJson([
    packageVersion(),
    softwareDigest(),
    machineDefinition(config),
    isRepeated,
  ]);
  return createHash("sha256").update(text).digest("hex");
}

async function readFacts(path: string, digest: string): Promise<GoldenFacts | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    const known = JSON.parse(text) as { digest?: unknown; facts?: GoldenFacts };
    return known.digest === digest ? known.facts : undefined;
  } catch {
    // Cut short, by a power failure for example: it is made again.
    return undefined;
  }
}

interface Recorded {
  readonly facts: GoldenFacts;
  readonly outputs: GoldenOutputs;
}

async function record(
  loaded: LoadedConfig,
  path: string,
  { signal, log }: GoldenOptions,
): Promise<Recorded> {
  const config = withoutFaults(loaded.config);
  const steps = config.limits.steps > 0 ? config.limits.steps : DEFAULT_STEP_LIMIT;
  const epochEnds: number[] = [];
  const checks: GoldenCheck[] = [];
  const outputs = new GoldenOutputs();
  const released: ReleasedBytes[] = [];
  const report = await runMachine(
    {
      ...config,
      limits: { steps },
      recording: { path, snapshotEveryEpochs: SNAPSHOT_EVERY_EPOCHS },
    },
    {
      ...(signal !== undefined && { signal }),
      ...(log !== undefined && { log }),
      onVmm: ({ hooks }) => {
        hooks.outputCommitted.tap("campaign", (epoch, some) => {
          outputs.add(some);
          const channels = { ...released.at(-1)?.channels };
          for (const { channel, bytes } of some) {
            channels[channel] = (channels[channel] ?? 0) + bytes.length;
          }
          released.push({ epoch, channels });
        });
        hooks.epochVerified.tap("campaign", ({ steps: end }) => epochEnds.push(end));
        hooks.checkpointTaken.tap("campaign", ({ epoch }) =>
          checks.push({ epoch: epochEnds.length - 1, ofEpoch: epoch }),
        );
      },
    },
  );
  requireSound(report, steps, loaded);
  return {
    facts: {
      steps: report.steps,
      epochs: report.epochs,
      replicas: report.replicas,
      stop: report.stop,
      outputDigest: report.outputDigest ?? "",
      epochEnds,
      checks,
      released,
      answered: channelsOfInputs(path),
    },
    outputs,
  };
}

function channelsOfInputs(recording: string): readonly string[] {
  const run = new RecordedRun(recording);
  const channels = new Set<string>();
  try {
    for (const { record: epoch } of run.entriesAfter(-1)) {
      for (const { channel } of epoch.inputs) channels.add(channel);
    }
  } finally {
    run.close();
  }
  return [...channels].toSorted();
}

function requireSound(
  { stop, divergences, recording }: RunReport,
  stepLimit: number,
  { placeOf, label }: LoadedConfig,
): void {
  if (stop.reason === "step-limit") {
    throw new ExtravirtError(
      "XV_ERR_CAMPAIGN_GOLDEN_ENDLESS",
      "The run without faults does not end: whether a fault makes the guest hang could not be told.",
      {
        place: placeOf(["limits", "steps"]),
        value: String(stepLimit),
        remedy:
          "Have the guest power off when it is done, or raise limits.steps if it only needs longer.",
      },
    );
  }
  if (divergences.length > 0) throw notDeterministic(label, "its replicas did not agree");
  if (stop.reason === "user") throw new GoldenRunStopped(label);
  if (!ENDS.includes(stop.reason)) {
    throw new ExtravirtError(
      "XV_ERR_CAMPAIGN_GOLDEN_FAILED",
      `The run without faults failed: ${stop.reason}${stop.detail === undefined ? "" : `, ${stop.detail}`}.`,
      {
        place: label,
        value: stop.reason,
        remedy: "Have the config run to its end with `extravirt run` first.",
      },
    );
  }
  if (recording?.failure !== undefined) {
    throw new ExtravirtError(
      "XV_ERR_CAMPAIGN_GOLDEN_FAILED",
      `The run without faults could not be recorded: ${recording.failure}.`,
      {
        place: placeOf(["campaign", "directory"]),
        value: recording.path,
        remedy: "Make room there, or name another directory.",
      },
    );
  }
}

/** Experiments that are runs of their own have to do what this one did. */
async function checkRepeats(
  { config, label }: LoadedConfig,
  facts: GoldenFacts,
  { signal }: GoldenOptions,
): Promise<void> {
  const again = await runMachine(withoutFaults(config), {
    ...(signal !== undefined && { signal }),
  });
  if (again.stop.reason === "user") throw new GoldenRunStopped(label);
  if (again.outputDigest !== facts.outputDigest)
    throw notDeterministic(label, "its outputs differ");
  if (again.steps !== facts.steps || again.epochs !== facts.epochs) {
    throw notDeterministic(label, `it ends after ${again.steps} steps instead of ${facts.steps}`);
  }
}

const notDeterministic = (place: string, what: string): ExtravirtError =>
  new ExtravirtError(
    "XV_ERR_CAMPAIGN_NOT_DETERMINISTIC",
    `The run without faults does not repeat: ${what}.`,
    {
      place,
      remedy:
        "Fix what comes from the host: machine.clock.startTime, seeds of random numbers, and a console that nobody types at.",
    },
  );
