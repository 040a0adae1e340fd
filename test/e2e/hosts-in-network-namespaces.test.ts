// The same programs as users start them, on machines with a real network between them, which is taken down. Seen from the
// outside: what each coordinator's console has written, and when.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { guestFile } from "./guest-run.ts";
import { expected, typed } from "./hosts/hosted-run.ts";
import { canMakeNamespaces, Network, type ProgramRun } from "./hosts/network-namespaces.ts";

const LINES = 120;
const PORT = 7070;
const LEASE_MS = 800;
const PATIENCE = { timeout: 90_000, interval: 50 };
/** Enough has been written for the guest to be in the middle of it. */
const UNDER_WAY = 1500;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Coordinator {
  readonly program: ProgramRun;
  readonly written: () => number;
  readonly output: () => string;
  readonly config: string;
}

class Site {
  readonly network: Network;
  readonly #folder = mkdtempSync(join(tmpdir(), "extravirt-netns-"));
  readonly #key = join(this.#folder, "key");

  constructor(names: readonly string[], links: readonly (readonly [string, string])[]) {
    closing.push(() => rmSync(this.#folder, { recursive: true, force: true }));
    writeFileSync(this.#key, "k".repeat(40), { mode: 0o600 });
    this.network = new Network(names, links);
    closing.push(() => this.network.remove());
  }

  async host(name: string): Promise<ProgramRun> {
    const state = join(this.#folder, `${name}.state`);
    const listen = ["--listen", `0.0.0.0:${PORT}`, "--key", this.#key, "--state", state];
    const program = this.network.start(name, ["host", ...listen, "--silence-ms", "1500"]);
    while (!program.text.includes("listens at")) await pause(50);
    return program;
  }

  coordinator(name: string, address: string): Coordinator {
    const output = join(this.#folder, `${name}.out`);
    const config = join(this.#folder, `${name}.json`);
    writeFileSync(output, "");
    writeFileSync(
      config,
      JSON.stringify({
        machine: {
          ram: "4 MiB",
          boot: { use: "elf", program: guestFile("console-echo") },
          clock: { startTime: "2026-01-01T00:00:00Z" },
        },
        console: { use: "file", output, inputText: typed(LINES) },
        replication: { use: "pair", epochSteps: 2000 },
        checkpoint: { use: "periodic", everyEpochs: 60 },
        placement: {
          use: "hosts",
          hosts: [`${address}:${PORT}`],
          key: this.#key,
          control: join(this.#folder, `${name}.control`),
          leaseMs: LEASE_MS,
          silenceMs: 1500,
          // So that the guest is under way for some seconds.
          jitterMs: 6,
        },
      }),
    );
    return {
      program: this.network.start(name, ["run", config, "--no-incidents"]),
      written: () => statSync(output).size,
      output: () => readFileSync(output, "utf8"),
      config,
    };
  }
}

describe.skipIf(!canMakeNamespaces())("hosts in network namespaces", () => {
  it("hold back outputs while their link is down, and go on after one command", async () => {
    const site = new Site(["a", "b"], [["a", "b"]]);
    const host = await site.host("b");
    const run = site.coordinator("a", "10.213.0.2");
    await expect.poll(run.written, PATIENCE).toBeGreaterThan(UNDER_WAY);
    site.network.setLink("a", "b", "down");
    await pause(LEASE_MS + 300);
    const held = run.written();
    await pause(2500);
    expect(run.written()).toBe(held);
    expect(held).toBeLessThan(expected(LINES).length);
    site.network.setLink("a", "b", "up");
    const reprotect = site.network.start("a", ["reprotect", run.config, "--wait-ms", "60000"]);
    expect([await reprotect.ended, reprotect.text]).toEqual([0, ""]);
    // Then the other machine's programs are stopped for a while, as by a host that has no time for them.
    await expect.poll(run.written, PATIENCE).toBeGreaterThan(held);
    host.signal("SIGSTOP");
    await pause(2500);
    host.signal("SIGCONT");
    expect([await run.program.ended, run.output()]).toEqual([7, expected(LINES)]);
  }, 200_000);

  it.each([
    [
      "is cut off",
      (site: Site) => site.network.setLink("a", "c", "down"),
      (site: Site) => site.network.setLink("a", "c", "up"),
    ],
    [
      "stands still",
      (_: Site, { program }: Coordinator) => program.signal("SIGSTOP"),
      (_: Site, { program }: Coordinator) => program.signal("SIGCONT"),
    ],
  ])(
    "never let two coordinators release, where one %s and comes back late",
    async (_what, lose, find) => {
      const site = new Site(
        ["a", "b", "c"],
        [
          ["a", "c"],
          ["b", "c"],
        ],
      );
      await site.host("c");
      const first = site.coordinator("a", "10.213.0.2");
      await expect.poll(first.written, PATIENCE).toBeGreaterThan(UNDER_WAY);
      lose(site, first);
      const second = site.coordinator("b", "10.213.1.2");
      // When each of the two was last, and first, seen to write.
      let [before, firstMs, secondMs] = [first.written(), 0, Infinity];
      const watch = setInterval(() => {
        const now = performance.now();
        if (first.written() !== before) [before, firstMs] = [first.written(), now];
        if (second.written() > 0) secondMs = Math.min(secondMs, now);
      }, 10);
      closing.push(() => clearInterval(watch));
      await expect.poll(second.written, PATIENCE).toBeGreaterThan(UNDER_WAY);
      const held = first.written();
      find(site, first);
      expect(await first.program.ended).toBe(3);
      expect(first.program.text).toContain("another coordinator has taken over");
      expect([await second.program.ended, second.output()]).toEqual([7, expected(LINES)]);
      expect(first.written()).toBe(held);
      expect(expected(LINES).startsWith(first.output())).toBe(true);
      expect(firstMs).toBeLessThan(secondMs);
    },
    200_000,
  );
});
