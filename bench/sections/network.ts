// What verification adds to an answer over the network: the round trip of pings to an idle guest, and how long a frame
// that a replica emitted waits for its release. Everything is in this process: no host network is measured.
import { inTurns } from "../in-turns.ts";
import { measureRoundTrips, type RoundTrips } from "../network/round-trips.ts";
import { lowestTenth, median } from "../statistics.ts";
import type { Row } from "../row.ts";
import type { Section } from "./section.ts";

const PINGS = 300;
const EPOCH_STEPS = 5_000_000;
const VARIANTS = ["solo", "logged", "pair"] as const;
type Variant = (typeof VARIANTS)[number];

const FIGURES: readonly { readonly id: keyof RoundTrips; readonly what: string }[] = [
  { id: "roundTripMs", what: "ping to an idle guest" },
  { id: "releaseMs", what: "frame emitted to released" },
];
const SUMMARIES = [
  { id: "median", what: "median", of: median },
  { id: "tenth", what: "fastest tenth", of: lowestTenth },
] as const;

export const network: Section = {
  name: "network",
  summary: "round trip of a ping to the guest, and the wait of its frames for their release",
  async measure({ runs, note }) {
    const variant = (use: Variant) => (): Promise<RoundTrips> =>
      measureRoundTrips(use, EPOCH_STEPS, PINGS);
    const samples = await inTurns(
      runs,
      { solo: variant("solo"), logged: variant("logged"), pair: variant("pair") },
      (text) => note(`pings: ${text}`),
    );
    return FIGURES.flatMap((figure) =>
      SUMMARIES.flatMap((summary) => {
        const values = (use: Variant): number[] =>
          samples[use].map((sample) => summary.of(sample[figure.id]));
        const alone = median(values("solo"));
        return VARIANTS.map((use): Row => {
          const value = median(values(use));
          return {
            id: `network.${figure.id}.${summary.id}.${use}`,
            what: `${figure.what}, ${use}, ${summary.what}`,
            value,
            unit: "ms",
            samples: values(use),
            ...(use !== "solo" && {
              peer: { name: "solo", value: alone, samples: values("solo") },
              ratio: { kind: "time" as const, value: value / alone },
            }),
          };
        });
      }),
    );
  },
};
