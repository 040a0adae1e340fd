// Diagnosis by execution: the stretch in which a core erred is executed there again. What errs each time is a defect, what
// errs sometimes is about to become one, and what does not err again was an upset that has passed.
import type {
  CoreDiagnosed,
  CoreDiagnosisProvider,
  CoreFinding,
  CoreTrial,
  CoreVerdict,
  DiagnosisMechanism,
  Suspicion,
} from "../../core/index.ts";
import { chanceOfAtLeast } from "./chance.ts";

/** So improbable that blame falls on one core by chance before it is retired for transient faults alone. */
const CHANCE = 1e-6;

interface Options {
  readonly tryFrom: number;
  readonly replays: number;
  readonly blames: number;
  readonly withinSteps: number;
}

export const replay: CoreDiagnosisProvider = {
  kind: "core-diagnosis",
  name: "replay",
  summary: "The stretch is executed again on the core that was blamed; a defective core is retired",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      tryFrom: {
        type: "integer",
        minimum: 1,
        default: 1,
        description:
          "Blame of a core within `withinSteps` from which on it is tried: the first, the second, ...",
      },
      replays: {
        type: "integer",
        minimum: 1,
        maximum: 16,
        default: 2,
        description:
          "Executions on the suspect core; one suffices where it is right and the core has no earlier blame",
      },
      blames: {
        type: "integer",
        minimum: 1,
        default: 3,
        description: "Intermittent faults of a core within `withinSteps` after which it is retired",
      },
      withinSteps: {
        type: "integer",
        minimum: 1,
        default: 1e11,
        description: "Steps of the run after which blame no longer counts",
      },
    },
  },
  create: (options) => ({
    diagnose: (suspicion, mechanism) =>
      diagnose(suspicion, mechanism, options as unknown as Options),
  }),
};

async function diagnose(
  suspicion: Suspicion,
  mechanism: DiagnosisMechanism,
  options: Options,
): Promise<CoreFinding> {
  const recent = suspicion.history.filter(
    ({ verdict, steps }) => verdict !== "unclear" && suspicion.steps - steps <= options.withinSteps,
  );
  const earlier = recent.filter(({ core }) => core === suspicion.core).length;
  if (earlier + 1 < options.tryFrom) {
    const why = `blame ${earlier + 1}, tried from blame ${options.tryFrom} on`;
    return { verdict: "untried", replays: 0, wrong: 0, why };
  }
  const control = await failedControl(mechanism);
  if (control !== undefined) {
    const why =
      control.isInconclusive === true
        ? `what the stretch comes to on core ${control.core} is not known: ${control.detail}`
        : `the stretch goes wrong on core ${control.core}, too: ${control.detail}`;
    return { verdict: "unclear", replays: 0, wrong: 0, why };
  }
  let replays = 0;
  let wrong = 0;
  while (replays < options.replays) {
    const { isRight, isInconclusive, detail } = await mechanism.replay(suspicion.core);
    if (isInconclusive === true) {
      return { verdict: "unclear", replays, wrong, why: `a replay told nothing: ${detail}` };
    }
    replays += 1;
    if (!isRight) wrong += 1;
    // An upset is by far the likeliest: whoever was never blamed has the benefit of the doubt.
    else if (replays === 1 && earlier === 0) break;
  }
  const verdict = verdictOf(wrong, replays);
  const why = `wrong in ${wrong} of ${replays} replay${replays === 1 ? "" : "s"}`;
  const retire = whyRetired(verdict, why, suspicion, recent, options);
  return { verdict, replays, wrong, why, ...(retire !== undefined && { retire }) };
}

/** The execution elsewhere that shows that not the core is wrong; undefined where it is right or cannot be made. */
async function failedControl(mechanism: DiagnosisMechanism): Promise<CoreTrial | undefined> {
  const { isStretchSound, otherCore } = mechanism;
  if (isStretchSound || otherCore === undefined) return undefined;
  const trial = await mechanism.replay(otherCore);
  return trial.isRight ? undefined : trial;
}

function verdictOf(wrong: number, replays: number): CoreVerdict {
  if (wrong === 0) return "transient";
  return wrong === replays ? "permanent" : "intermittent";
}

function whyRetired(
  verdict: CoreVerdict,
  why: string,
  { core, replicas }: Suspicion,
  recent: readonly CoreDiagnosed[],
  { blames, withinSteps }: Options,
): string | undefined {
  if (verdict === "permanent") return `a permanent fault, ${why}`;
  const own = recent.filter((known) => known.core === core);
  const within = `within ${withinSteps.toLocaleString("en")} steps`;
  const intermittent =
    own.filter((known) => known.verdict === "intermittent" || known.verdict === "permanent")
      .length + (verdict === "intermittent" ? 1 : 0);
  if (verdict === "intermittent" && intermittent >= blames) {
    return `intermittent faults, ${intermittent} ${within}`;
  }
  // At most one in `replicas` steps is executed on one core; where the others are spared, it is not the environment.
  const [hits, all] = [own.length + 1, recent.length + 1];
  if (replicas < 2 || chanceOfAtLeast(hits, all, 1 / replicas) >= CHANCE) return undefined;
  return `${hits} of ${all} faults ${within}, more than chance explains`;
}
