// Figures of reliability as a table and in words.
import {
  OUTCOMES,
  type FailureRate,
  type ReliabilityFigures,
  type StructureFigures,
} from "../reliability/reliability-figures.ts";
import { amountText, countText } from "./number-text.ts";
import { hoursText, numberText } from "./rate-text.ts";
import { pairsText, tableText } from "./text-table.ts";

export function reliabilityText(label: string, figures: ReliabilityFigures): string {
  return [
    `Reliability of ${label}\n`,
    pairsText(situationRows(figures)),
    tableText(structureTable(figures)),
    pairsText(failureRows(figures)),
    `What these figures do not tell:\n${caveats(figures)
      .map((caveat) => `  - ${caveat}\n`)
      .join("")}`,
  ].join("\n");
}

function situationRows(figures: ReliabilityFigures): [string, string][] {
  const { place, relativeFlux, cores, missionHours, hoursInRun, acceleration, runs } = figures;
  const faults = figures.structures.reduce((all, { injected }) => all + injected, 0);
  return [
    ["place", place],
    ["neutron flux", `${numberText(relativeFlux)} times that of New York City at sea level`],
    ["cores", countText(cores)],
    ["mission", hoursText(missionHours)],
    [
      "a run stands for",
      `${hoursText(hoursInRun)} of each core, ${numberText(acceleration)} times as fast`,
    ],
    ["evidence", `${amountText(runs, "run")}, ${amountText(faults, "fault")} injected`],
  ];
}

function structureTable({ structures, rawFit, faultsPerMission }: ReliabilityFigures): string[][] {
  const header = ["structure", "bits/core", "raw FIT", "faults/mission", "injected", ...OUTCOMES];
  const total = ["all", "", numberText(rawFit), numberText(faultsPerMission)];
  return [header, ...structures.map(structureRow), total];
}

function structureRow(figures: StructureFigures): string[] {
  const { structure, bits, rawFit, faultsPerMission, isProtected, injected, outcomes } = figures;
  return [
    structure + (isProtected ? " (protected)" : ""),
    bits === undefined ? "-" : countText(bits),
    numberText(rawFit),
    numberText(faultsPerMission),
    countText(injected),
    ...OUTCOMES.map((outcome) => countText(outcomes[outcome])),
  ];
}

function failureRows(figures: ReliabilityFigures): [string, string][] {
  const percent = `${numberText(figures.confidence * 100)} %`;
  const rate = (failure: FailureRate | undefined): string =>
    failure === undefined ? "not measured" : rateText(failure, percent);
  return [
    ["unprotected", `${numberText(figures.unprotectedFit)} FIT`],
    ["noticed", rate(figures.noticed)],
    ["stopped (DUE)", rate(figures.detectedUnrecoverable)],
    ["wrong (SDC)", rate(figures.silent)],
  ];
}

function rateText(rate: FailureRate, percent: string): string {
  const { trials, events, fit, fitUpperBound, mttfHours, mttfLowerBoundHours } = rate;
  if (trials === 0) return `no fault tried; at most ${numberText(fitUpperBound)} FIT`;
  const seen = fit === undefined ? "?" : numberText(fit);
  const time = mttfHours === undefined ? "?" : hoursText(mttfHours);
  const mttf = events === 0 ? "none seen" : `MTTF ${time}`;
  return (
    `${countText(events)} of ${countText(trials)}: ${seen} FIT, ${mttf}; ` +
    `with ${percent} confidence at most ${numberText(fitUpperBound)} FIT, MTTF at least ${hoursText(mttfLowerBoundHours)}`
  );
}

function caveats(figures: ReliabilityFigures): string[] {
  const { structures, otherFaults, silent } = figures;
  const untried = structures.filter(({ injected, isProtected }) => injected === 0 && !isProtected);
  const isProtected = structures.some((structure) => structure.isProtected);
  return [
    ...(silent === undefined
      ? [
          "whether anything wrong was released: no run was compared with one without faults (--golden)",
        ]
      : []),
    ...(untried.length > 0
      ? [
          `how faults in ${untried.map(({ structure }) => structure).join(" and ")} end: none was injected, all count in the bounds`,
        ]
      : []),
    ...(otherFaults > 0
      ? [
          `anything from ${amountText(otherFaults, "fault")} of models that stand for no structure here`,
        ]
      : []),
    ...(isProtected
      ? ["what upsets of several bits do to protected structures: protection counts as perfect"]
      : []),
    "which of several faults in one replica was the cause: all of them count as recovered",
    "what recovered faults would have done: replicas compare registers and pages that a program may never use again",
    "how often structures that the guest's architecture does not show (caches, queues, predictors) are struck",
    "whether the raw rates are those of your parts: the outcomes are measured, the rates are given",
    "how other programs fare: the outcomes are those of this guest and its input",
  ];
}
