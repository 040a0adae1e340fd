// What the run without faults does with registers: its recording, executed once more, step by step.
import { ExtravirtError } from "../api/extravirt-error.ts";
import type { RegisterUse } from "../api/fault-sampling.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { optionsOf } from "../machine/machine-plan.ts";
import { RebuiltMachine } from "../recording/rebuilt-machine.ts";
import { RecordedRun } from "../recording/recorded-run.ts";

const REPLICA = 0;

/**
 * @param recording its directory
 * @param fromStep the first one that matters; the run is taken up at or before it
 * @throws XV_ERR_CAMPAIGN_SAMPLING
 */
export function* registerUses(
  loaded: LoadedConfig,
  recording: string,
  fromStep: number,
): Generator<RegisterUse> {
  refuseInstruments(loaded);
  const run = new RecordedRun(recording);
  try {
    yield* usesOf(run, loaded, fromStep);
  } finally {
    run.close();
  }
}

function* usesOf(run: RecordedRun, loaded: LoadedConfig, fromStep: number): Generator<RegisterUse> {
  const points = run.points.filter(({ steps }, index) => index === 0 || steps <= fromStep);
  const start = points.at(-1)!;
  const rebuilt = new RebuiltMachine(run.manifest, loaded.registry, run.symbols, 1);
  rebuilt.load(points, run.pages);
  const replica = rebuilt.start({ replica: REPLICA, state: start.state });
  const { machine } = replica;
  if (machine.processor.stepAndUse === undefined) throw cannotTell(loaded);
  for (const { record, end } of run.entriesAfter(start.epoch)) {
    const last = end?.steps ?? Infinity;
    if (last <= fromStep) {
      replica.runEpoch(record);
      continue;
    }
    // The epoch begins, with its inputs, and is executed from here.
    replica.runEpoch({ ...record, steps: 0 });
    const first = machine.steps;
    while (machine.steps < last) {
      const { steps: step } = machine;
      const use = machine.stepAndUse();
      if (use === undefined) break;
      yield { step, ...use };
    }
    machine.runTo(machine.steps);
    machine.takeOutputs();
    if (machine.steps > first) yield { step: machine.steps - 1, reads: "all", writes: [] };
  }
}

/** They read registers that no instruction names. */
function refuseInstruments({ config, registry, placeOf }: LoadedConfig): void {
  const { replication, instrumentation = [] } = config;
  const plan = registry.get("replication", replication.use).create(optionsOf(replication));
  const instruments = [...instrumentation, ...(plan.instruments ?? [])];
  if (instruments.length === 0) return;
  throw new ExtravirtError(
    "XV_ERR_CAMPAIGN_SAMPLING",
    "Nobody knows which registers instruments look at: faults that are alike without them may differ with them.",
    {
      place: placeOf(["campaign", "sampling"]),
      value: instruments.map(({ use }) => use).join(", "),
      remedy: "Use another sampling, or remove the instruments.",
    },
  );
}

function cannotTell({ config, placeOf }: LoadedConfig): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_SAMPLING",
    "This platform does not tell which registers an instruction uses.",
    {
      place: placeOf(["campaign", "sampling"]),
      value: config.machine.platform.use,
      remedy: "Use another sampling, such as `uniform`.",
    },
  );
}
