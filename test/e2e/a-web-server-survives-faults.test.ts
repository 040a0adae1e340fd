// A real curl on the host downloads from a web server in the Debian guest, through passt, while faults strike one replica
// after the other. Every byte is right, and connections outlive recoveries.
//
// EXTRAVIRT_WEB_MEGABYTES=4000 downloads so many, EXTRAVIRT_WEB_FAULT_STEPS=100000000 has faults come so far apart, every
// few seconds instead of several times in each (`npm run soak`).
import { describe, expect, it } from "vitest";
import { requireTool } from "../require-tool.ts";
import { requireDebianImages } from "./debian-guest.ts";
import { download, sha256 } from "./web-server/download.ts";
import { steadyFaults } from "./web-server/steady-faults.ts";
import { startWebServer } from "./web-server/web-server.ts";

const MEGABYTES = Number(process.env["EXTRAVIRT_WEB_MEGABYTES"] ?? "48");
const TIMEOUT_MS = 300_000 + MEGABYTES * 3000;
/** A download takes several times as many by default, so that it spans recoveries. */
const STEPS_BETWEEN_FAULTS = Number(process.env["EXTRAVIRT_WEB_FAULT_STEPS"] ?? "8000000");
const PARTS = 8;
/** At least; of eight parts of 2 MiB. */
const STEPS_OF_DOWNLOAD = 30_000_000;
const LEAST_IN_ONE = Math.min(2, Math.floor(STEPS_OF_DOWNLOAD / STEPS_BETWEEN_FAULTS));
/** About when the guest serves. */
const FIRST_FAULT = 2_400_000_000;
/** Of the guest's clock, some ten million steps: what a recovery replays. */
const CHECKPOINT_MS = 10;

const isRunnable =
  requireTool({ name: "passt", command: ["passt", "--version"], debianPackage: "passt" }) &&
  requireTool({ name: "curl", command: ["curl", "--version"], debianPackage: "curl" }) &&
  (await requireDebianImages());

describe.skipIf(!isRunnable)("a web server in the Debian guest", { timeout: TIMEOUT_MS }, () => {
  it("serves every byte right while replicas fail, and connections survive", async () => {
    const server = await startWebServer({
      parts: PARTS,
      slots: {
        checkpoint: { use: "periodic", everyMs: CHECKPOINT_MS },
        // A fault that a core repeats in replays is a defect to diagnosis, which would retire all cores.
        coreDiagnosis: { use: "none" },
      },
      faults: steadyFaults(FIRST_FAULT, STEPS_BETWEEN_FAULTS),
    });
    const right = { exitCode: 0, bytes: server.contents.length, sha256: sha256(server.contents) };
    let bytes = 0;
    let mostInOne = 0;
    const before = server.recoveries();
    while (bytes < MEGABYTES * 1e6 || mostInOne < LEAST_IN_ONE) {
      const earlier = server.recoveries();
      expect(await download(server.url)).toEqual(right);
      mostInOne = Math.max(mostInOne, server.recoveries() - earlier);
      bytes += right.bytes;
    }
    const recoveries = server.recoveries() - before;
    const report = await server.stop();
    console.warn(`web server: ${bytes} bytes downloaded, ${recoveries} recoveries meanwhile`);
    expect(report.stop).toEqual({ reason: "user", exitCode: 0 });
    expect(report.divergences.filter(({ outcome }) => outcome.kind !== "recovered")).toEqual([]);
    expect(mostInOne).toBeGreaterThanOrEqual(LEAST_IN_ONE);
    // Some faults find a core without a replica.
    const faults = (bytes / server.contents.length) * (STEPS_OF_DOWNLOAD / STEPS_BETWEEN_FAULTS);
    expect(recoveries).toBeGreaterThan(faults / 4);
  });
});
