// Def-use pruning: faults in a register between its definition and its next use are alike, so one of them stands for
// all; those that are overwritten before anything reads them are masked, and none is tried. Parts of the space that are
// not pruned are sampled, or tried, point by point.
//
//   sample   points are drawn uniformly; each that is read is tried as the last point of its life. What is overwritten is a
//            stratum of its own, whose outcome is known.
//   every    every bit of every life once, weighing as many points as it has steps: complete coverage
import { ExtravirtError } from "../../core/index.ts";
import type {
  Experiment,
  FaultSamplingProvider,
  FaultSpace,
  SamplingPlan,
  SamplingWish,
  SpacePart,
  Stratum,
} from "../../core/index.ts";
import { allPoints, replicaNotes, tooMany } from "./exhaustive.ts";
import { faultAt } from "./fault-at.ts";
import { PointStream } from "./point-stream.ts";
import { isPruned, prunedRegisters, registerLives } from "./register-lives.ts";
import type { PrunedRegister, RegisterLife } from "./register-lives.ts";
import { pointsOf, struckParts } from "./strata-of.ts";

export const defUse: FaultSamplingProvider = {
  kind: "fault-sampling",
  name: "def-use",
  summary:
    "One fault for all that are alike between uses of a register; none for those overwritten",
  schema: {
    type: "object",
    additionalProperties: false,
    properties: {
      classes: {
        type: "string",
        enum: ["sample", "every"],
        default: "sample",
        description:
          "Whether faults are drawn, each as likely as it has points, or all classes tried",
      },
    },
  },
  plan({ classes }, space, wish) {
    const parts = struckParts(space);
    if (!parts.some(isPruned)) throw nothingToPrune(parts);
    const census = censusOf(space, parts);
    return classes === "every" ? everyClass(space, census, wish) : sampleOf(space, census, wish);
  },
};

/** What the first pass over the run counts. */
interface Census {
  readonly registers: readonly PrunedRegister[];
  readonly unpruned: readonly SpacePart[];
  /** Points that are read, by part; those of other parts are overwritten. */
  readonly live: ReadonlyMap<SpacePart, number>;
  /** Bits of lives that are read. */
  readonly classes: number;
  readonly strata: readonly Stratum[];
  readonly notes: readonly string[];
}

function censusOf(space: FaultSpace, parts: readonly SpacePart[]): Census {
  const pruned = parts.filter(isPruned);
  const registers = prunedRegisters(pruned);
  const live = new Map(pruned.map((part) => [part, 0]));
  let classes = 0;
  for (const { register, from, to, isRead } of registerLives(space, registers)) {
    if (!isRead) continue;
    const { part, sites } = register;
    live.set(part, live.get(part)! + sites * (to - from + 1));
    classes += sites;
  }
  return {
    registers,
    unpruned: parts.filter((part) => !isPruned(part)),
    live,
    classes,
    strata: parts.flatMap((part) => strataOf(part, space, live.get(part))),
    notes: [
      ...pruned.map((part) => {
        const dead = 1 - live.get(part)! / pointsOf(part, space);
        return `${(dead * 100).toFixed(2)} % of the points in ${part.name} are overwritten before anything reads them: masked without an experiment.`;
      }),
      "Faults in registers strike right before the use that those alike share: their latencies begin there.",
    ],
  };
}

/** What is overwritten, and what is read; the part itself where it is not pruned. */
function strataOf(part: SpacePart, space: FaultSpace, live: number | undefined): Stratum[] {
  const points = pointsOf(part, space);
  const stratum = (name: string, own: number): Stratum => ({
    name,
    part: part.name,
    points: own,
    share: (part.share * own) / points,
  });
  if (live === undefined) return [stratum(part.name, points)];
  const dead = points - live;
  return [
    ...(live > 0 ? [stratum(liveName(part), live)] : []),
    ...(dead > 0
      ? [{ ...stratum(`${part.name}/overwritten`, dead), known: "masked" as const }]
      : []),
  ];
}

const liveName = (part: SpacePart): string => `${part.name}/read`;

/** A point that was drawn: which of those that are read, and which experiment it becomes. */
interface Drawn {
  readonly index: number;
  readonly rank: number;
  readonly replica: number;
}

function sampleOf(space: FaultSpace, census: Census, { seed, count }: SamplingWish): SamplingPlan {
  const { strata, notes, live, unpruned } = census;
  const open: readonly SpacePart[] = [
    ...[...live.keys()].filter((p) => live.get(p)! > 0),
    ...unpruned,
  ];
  const shares = open.map((part) => {
    const points = live.get(part);
    return points === undefined ? part.share : (part.share * points) / pointsOf(part, space);
  });
  if (open.length === 0) return { strata, allocation: "proportional", experiments: [], notes };
  const points = new PointStream(seed, space);
  const experiments: Experiment[] = [];
  const drawn = new Map<SpacePart, Drawn[]>();
  for (let index = 0; index < count; index++) {
    const part = open[points.pick(shares)]!;
    const own = live.get(part);
    if (own === undefined) {
      experiments[index] = { index, fault: points.draw(part), stratum: part.name, weight: 1 };
    } else {
      const point = { index, rank: points.below(own), replica: points.replica() };
      const known = drawn.get(part);
      if (known === undefined) drawn.set(part, [point]);
      else known.push(point);
    }
  }
  for (const { drawn: point, life, bit } of livesOf(space, census, drawn)) {
    const { part, firstSite } = life.register;
    const { index, replica } = point;
    const fault = faultAt(part, firstSite + bit, life.to, replica);
    experiments[index] = { index, fault, stratum: liveName(part), weight: 1 };
  }
  return { strata, allocation: "proportional", experiments, notes };
}

/** Finds the lives of points, by their ranks among those that are read, in a second pass over the run. */
function* livesOf(
  space: FaultSpace,
  { registers }: Census,
  drawn: ReadonlyMap<SpacePart, readonly Drawn[]>,
): Generator<{ readonly drawn: Drawn; readonly life: RegisterLife; readonly bit: number }> {
  const waiting = new Map(
    [...drawn].map(([part, all]) => [
      part,
      { all: all.toSorted((a, b) => a.rank - b.rank), next: 0, before: 0 },
    ]),
  );
  for (const life of registerLives(space, registers)) {
    const queue = life.isRead ? waiting.get(life.register.part) : undefined;
    if (queue === undefined) continue;
    const end = queue.before + life.register.sites * (life.to - life.from + 1);
    for (let found = queue.all[queue.next]; found !== undefined && found.rank < end;) {
      yield { drawn: found, life, bit: (found.rank - queue.before) % life.register.sites };
      queue.next++;
      found = queue.all[queue.next];
    }
    queue.before = end;
  }
}

function everyClass(space: FaultSpace, census: Census, { count }: SamplingWish): SamplingPlan {
  const { unpruned, registers, strata, notes } = census;
  const others = unpruned.reduce((sum, part) => sum + pointsOf(part, space), 0);
  const needed = census.classes + others;
  if (needed > count) throw tooMany(needed, count, "classes of faults that are alike");
  const experiments: Experiment[] = [];
  const [replica = 0] = space.replicas;
  for (const { register, from, to, isRead } of registerLives(space, registers)) {
    if (!isRead) continue;
    const { part, firstSite, sites } = register;
    for (let bit = 0; bit < sites; bit++) {
      experiments.push({
        index: experiments.length,
        fault: faultAt(part, firstSite + bit, to, replica),
        stratum: liveName(part),
        weight: to - from + 1,
      });
    }
  }
  allPoints(space, unpruned, experiments);
  return {
    strata,
    allocation: "every-point",
    experiments,
    notes: [...notes, ...replicaNotes(space)],
  };
}

function nothingToPrune(parts: readonly SpacePart[]): ExtravirtError {
  return new ExtravirtError(
    "XV_ERR_CAMPAIGN_SAMPLING",
    "No part of the fault space is one of integer or float registers: there is nothing to prune.",
    {
      value: parts.map(({ name }) => name).join(", "),
      remedy: "Use another sampling, or add register-bit-flip to campaign.models.",
    },
  );
}
