// What verification adds to an answer over the network: the round trip of pings to an idle guest, and how long a frame
// that a replica emitted waits for its release. Everything is in this process: no host network is measured.
import { inTurns } from "../in-turns.ts";
import { measureRoundTrips, type RoundTrips } from "../network/round-trips.ts";
import { median } from "../statistics.ts";
import type { Row } from "../row.ts";
import type { Section } from "./section.ts";

const PINGS = 300;
const EPOCH_STEPS = 5_000_000;
const VARIANTS = ["solo", "logged", "pair"] as const;

export const network: Section = {
  name: "network",
  summary: "round trip of a ping to the guest, and the wait of its frames for their release",
  async measure({ runs, note }) {
    const variant = (use: string) => (): Promise<RoundTrips> =>
      measureRoundTrips(use, EPOCH_STEPS, PINGS);
    const samples = await inTurns(
      runs,
      { solo: variant("solo"), logged: variant("logged"), pair: variant("pair") },
      (text) => note(`pings: ${text}`),
    );
    const medians = (use: (typeof VARIANTS)[number], what: keyof RoundTrips): number[] =>
      samples[use].map((sample) => median(sample[what]));
    const soloMs = medians("solo", "roundTripMs");
    return VARIANTS.flatMap((use): Row[] => {
      const tripMs = medians(use, "roundTripMs");
      const waitMs = medians(use, "releaseMs");
      return [
        {
          id: `network.ping.${use}`,
          what: `ping to an idle guest, ${use}`,
          value: median(tripMs),
          unit: "ms",
          samples: tripMs,
          ...(use !== "solo" && {
            peer: { name: "solo", value: median(soloMs), samples: soloMs },
            ratio: { kind: "time" as const, value: median(tripMs) / median(soloMs) },
          }),
        },
        {
          id: `network.release.${use}`,
          what: `frame emitted to released, ${use}`,
          value: median(waitMs),
          unit: "ms",
          samples: waitMs,
        },
      ];
    });
  },
};
