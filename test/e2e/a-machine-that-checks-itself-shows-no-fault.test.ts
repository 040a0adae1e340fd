// A seeded campaign of faults in the registers of one machine whose instructions are duplicated: it finds them by itself
// and is executed again, so that what leaves it is what leaves it without a fault. Control registers have no shadow, and
// between comparison and use there are windows: what becomes of faults there is counted.
//
// EXTRAVIRT_CAMPAIGN_SCALE=10 tries ten times as many.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GuestResult, runGuest } from "./guest-run.ts";
import { drawSelfCheck, PROTECTED, type Site, UNPROTECTED } from "./self-check/draw-self-check.ts";
import { OUTCOMES, runExperiment } from "./single-fault/run-experiment.ts";
import { SeededRandom } from "./single-fault/seeded-random.ts";
import { SUBJECTS } from "./single-fault/subjects.ts";

const SCALE = Number(process.env["EXTRAVIRT_CAMPAIGN_SCALE"] ?? "1");
const FAULTS_PER_SITE = 4 * SCALE;
/** A run that takes so many times the steps of one without fault will not end, nor one of so many epochs. */
const MOST_TIMES = 5;
const MOST_EPOCHS = 5000;
const SUBJECT_TIMEOUT_MS = 120_000 * SCALE;
const SEEDS_PER_SUBJECT = 10_000;
const SEEDS_PER_SITE = 1000;
const ALL = [...OUTCOMES, "escaped"] as const;

const campaign: { readonly site: Site; readonly outcome: (typeof ALL)[number] }[] = [];
const escapes: string[] = [];

describe.each(SUBJECTS)("$name", { timeout: SUBJECT_TIMEOUT_MS }, (subject) => {
  let golden: GuestResult;

  beforeAll(async () => {
    golden = await runGuest({ ...subject.run, slots: { placement: { use: "inline" } } });
  });

  /** @returns what escaped. */
  const tryAll = async (site: Site): Promise<readonly string[]> => {
    const escaped: string[] = [];
    const first = SUBJECTS.indexOf(subject) * SEEDS_PER_SUBJECT;
    const sites: readonly Site[] = [...PROTECTED, ...UNPROTECTED];
    for (let index = 0; index < FAULTS_PER_SITE; index++) {
      const seed = first + sites.indexOf(site) * SEEDS_PER_SITE + index;
      const { steps } = golden.report;
      const random = new SeededRandom(seed);
      const experiment = drawSelfCheck(random, subject, site, { seed, steps });
      // A guest that a fault keeps from ending is ended.
      const limits = { stepLimit: MOST_TIMES * steps, epochLimit: MOST_EPOCHS };
      const run = { ...subject.run, ...limits };
      try {
        const { outcome } = await runExperiment({ ...subject, run }, experiment, golden);
        campaign.push({ site, outcome });
      } catch (error) {
        campaign.push({ site, outcome: "escaped" });
        escaped.push((error as Error).message);
      }
    }
    return escaped;
  };

  it.each(PROTECTED)("shows nothing of a fault at the site %s", async (site) => {
    expect(await tryAll(site)).toEqual([]);
  });

  it("may show faults elsewhere, but not all of them", async () => {
    let tried = 0;
    const before = escapes.length;
    for (const site of UNPROTECTED) {
      const escaped = await tryAll(site);
      tried += FAULTS_PER_SITE;
      escapes.push(...escaped.map((message) => message.split("\n")[0] ?? ""));
    }
    expect(escapes.length - before).toBeLessThan(tried);
  });
});

describe("the campaign as a whole", () => {
  it("found nearly all faults of its kind itself", () => {
    const known: readonly Site[] = PROTECTED;
    const reached = campaign
      .filter(({ site }) => known.includes(site))
      .filter(({ outcome }) => outcome !== "not reached");
    const found = reached.filter(({ outcome }) => outcome === "recovered");
    expect(reached.length).toBeGreaterThan(60);
    expect(found.length / reached.length).toBeGreaterThan(0.7);
  });
});

afterAll(() => {
  const row = (name: string, cells: readonly (string | number)[]): string =>
    name.padEnd(24) + cells.map((cell) => String(cell).padStart(13)).join("");
  const lines = [...PROTECTED, ...UNPROTECTED].map((site) =>
    row(
      site,
      ALL.map((wanted) => campaign.filter((e) => e.site === site && e.outcome === wanted).length),
    ),
  );
  process.stdout.write(`\n${[row("site", ALL), ...lines, ...escapes].join("\n")}\n`);
});
