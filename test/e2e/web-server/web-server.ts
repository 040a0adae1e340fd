// The Debian guest as a web server: passt forwards a port of the host to it. What it serves is made here, so that
// whoever downloads it knows every byte.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { runMachine } from "../../../core/coordinator/run-machine.ts";
import type { RunReport } from "../../../core/coordinator/run-report.ts";
import type { FaultConfig, SlotConfig } from "../../../core/index.ts";
import { download } from "./download.ts";
import { SeededBytes } from "../../../plugins/backends/seeded-bytes.ts";

export interface WebServerSetup {
  /** Length of the file that it serves, in parts of 2 MiB. */
  readonly parts: number;
  readonly slots?: Readonly<Record<string, SlotConfig>>;
  readonly faults?: readonly FaultConfig[];
}

export interface WebServer {
  /** Of the file. */
  readonly url: string;
  readonly contents: Buffer;
  /** Recoveries so far. */
  recoveries(): number;
  /** Steps agreed on so far. */
  steps(): number;
  /** Ends the machine. */
  stop(): Promise<RunReport>;
}

const PART_BYTES = 2 * 1024 * 1024;
const PART = "part";
const FILE = "file";
const READY = "xv: serving";
const RETRY_MS = 500;

/** Boots the guest. Resolves when it serves. */
export async function startWebServer(setup: WebServerSetup): Promise<WebServer> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-web-"));
  const part = new SeededBytes("web server").take(PART_BYTES);
  writeFileSync(join(folder, PART), part);
  const numbers = Array.from({ length: setup.parts }, (_, index) => index + 1);
  const contents = Buffer.concat(
    numbers.flatMap((number) => [Buffer.from(`part ${number}\n`), part]),
  );
  // The archive is unpacked into what the kernel grants it before it knows all its memory.
  const commands = [
    "mount -t tmpfs none /srv",
    `for i in $(seq ${setup.parts}); do echo part $i; cat /${PART}; done > /srv/${FILE}`,
    // It goes into the background when it listens.
    "httpd -h /srv",
    `echo ${READY}`,
    "sleep 1000000",
  ];
  const port = await freePort();
  const { config } = await loadConfigObject(
    {
      machine: {
        ram: "256 MiB",
        boot: {
          use: "sbi-linux",
          commandLine: `console=ttyS0 quiet xv.net=10.0.2.15/24,10.0.2.2 xv.run="mkdir /srv; ${commands.join("; ")}"`,
          rngSeed: "5f".repeat(32),
        },
        clock: { startTime: "2026-01-01T00:00:00Z" },
        devices: [
          {
            use: "virtio-net",
            mtu: 65_520,
            backend: { use: "passt", forward: [`127.0.0.1/${port}:80`] },
          },
        ],
      },
      images: {
        use: "debian",
        suite: "trixie",
        alternativeSuites: ["forky"],
        files: { [join(folder, PART)]: `/${PART}` },
      },
      console: { use: "null" },
      replication: { use: "pair" },
      log: { level: "error" },
      ...setup.slots,
      faults: setup.faults ?? [],
    },
    { cwd: folder },
  );
  const end = new AbortController();
  const { promise: isReady, resolve: ready, reject: failed } = Promise.withResolvers<void>();
  let recoveries = 0;
  let steps = 0;
  let said = "";
  const running = runMachine(config, {
    signal: end.signal,
    onVmm: ({ hooks }) => {
      hooks.outputCommitted.tap("test", (_epoch, outputs) => {
        for (const { channel, bytes } of outputs) {
          if (channel.startsWith("uart")) said += Buffer.from(bytes).toString();
        }
        if (said.includes(READY)) ready();
      });
      hooks.epochVerified.tap("test", (epoch) => {
        steps = epoch.steps;
      });
      hooks.recovered.tap("test", () => {
        recoveries++;
      });
    },
  }).finally(() => rmSync(folder, { recursive: true }));
  let early: unknown;
  const ended = (why: unknown): void => {
    early = why;
    failed(why);
  };
  running.then(
    ({ stop }) => ended(new Error(`the guest ended, ${JSON.stringify(stop)}:\n${said}`)),
    ended,
  );
  await isReady;
  const url = `http://127.0.0.1:${port}/${FILE}`;
  // Its kernel is busy for another moment, and passt does not wait long for an answer.
  while ((await download(url)).exitCode !== 0) {
    if (early !== undefined) throw early;
    await delay(RETRY_MS);
  }
  return {
    url,
    contents,
    recoveries: () => recoveries,
    steps: () => steps,
    async stop() {
      end.abort();
      return running;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
