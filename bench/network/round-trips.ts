// Pings from inside this process to the bundled guest `network`, one after the other over the switch, each from the
// moment it is given to the machine to the moment its answer has been released.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BroadcastChannel } from "node:worker_threads";
import { loadConfigObject } from "../../core/config/load-config.ts";
import { runMachine } from "../../core/coordinator/run-machine.ts";
import { switchNamed } from "../../plugins/backends/network/learning-switch.ts";
import { internetChecksum } from "../../plugins/backends/network/station.ts";
import { CHANNEL, type EmittedFrame, monotonicMs } from "./stamping-plugin.ts";

const LAN = "bench";
const CARD = "card";
const GUEST_MAC = "525400585601";
const GUEST_IP = "0a00020f";
const OWN_MAC = "02000000000a";
const OWN_IP = "0a00020a";
/** Until code is compiled and the guest waits for requests. */
const WARM_UP = 100;
/** The guest has gone idle by then, as one that waits for a user's next request. */
const PAUSE_MS = 3;

export interface RoundTrips {
  readonly roundTripMs: readonly number[];
  /** From a frame's emission, in the replica that was first, to its release. */
  readonly releaseMs: readonly number[];
}

export async function measureRoundTrips(
  replication: string,
  epochSteps: number,
  count: number,
): Promise<RoundTrips> {
  const folder = mkdtempSync(join(tmpdir(), "extravirt-bench-"));
  const emitted: number[] = [];
  const released: number[] = [];
  const roundTripMs: number[] = [];
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", (message: unknown) => {
    const { number, ms } = (message as { readonly data: EmittedFrame }).data;
    emitted[number] = Math.min(emitted[number] ?? Infinity, ms);
  });
  const { config } = await loadConfigObject(configOf(replication, epochSteps, count, folder));
  let answered = 0;
  let sentMs = 0;
  let isStarted = false;
  const port = switchNamed(LAN).attach({
    isActive: true,
    receive(frame) {
      // Its first frame asks everybody for the station: it is there.
      if (isAnswer(frame)) {
        if (++answered > WARM_UP) roundTripMs.push(monotonicMs() - sentMs);
      } else if (isStarted) return;
      isStarted = true;
      if (answered < WARM_UP + count) setTimeout(next, PAUSE_MS);
    },
  });
  const next = (): void => {
    const frame = ping(answered);
    sentMs = monotonicMs();
    port.send(frame);
  };
  try {
    await runMachine(config, {
      onVmm: ({ hooks }) =>
        hooks.outputCommitted.tap("bench", (_epoch, outputs) => {
          const ms = monotonicMs();
          released.push(...outputs.filter((output) => output.channel === CARD).map(() => ms));
        }),
    });
    // Notes of the last frames may still be on their way.
    await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    port.detach();
    channel.close();
    rmSync(folder, { recursive: true });
  }
  const releaseMs = released.map((ms, number) => ms - (emitted[number] ?? ms)).slice(-count);
  return { roundTripMs, releaseMs };
}

function configOf(use: string, epochSteps: number, count: number, folder: string): object {
  const isAlone = use !== "pair";
  return {
    plugins: [join(import.meta.dirname, "stamping-plugin.ts")],
    machine: {
      ram: "16 MiB",
      boot: {
        use: "elf",
        program: join(import.meta.dirname, "../../guests/bin/network.elf"),
        commandLine: `serve=${WARM_UP + count}`,
      },
      devices: [
        {
          use: "stamped-net",
          id: CARD,
          backend: { use: "switch", name: LAN, stations: [{ address: "10.0.2.2" }] },
        },
      ],
    },
    console: { use: "null" },
    replication: {
      use,
      epochSteps,
      ...(use === "logged" && { recording: join(folder, "recording") }),
    },
    ...(isAlone && { checkpoint: { use: "never" }, recovery: { use: "fail-stop" } }),
    log: { level: "error" },
  };
}

/** An echo request with a right checksum. */
function ping(sequence: number): Buffer {
  const icmp = Buffer.concat([Buffer.from("0800000000020000", "hex"), Buffer.alloc(56, 0x2e)]);
  icmp.writeUInt16BE(sequence, 6);
  icmp.writeUInt16BE(internetChecksum(icmp), 2);
  const ip = Buffer.from(`450000000000000040010000${OWN_IP}${GUEST_IP}`, "hex");
  ip.writeUInt16BE(ip.length + icmp.length, 2);
  ip.writeUInt16BE(internetChecksum(ip), 10);
  return Buffer.concat([Buffer.from(`${GUEST_MAC}${OWN_MAC}0800`, "hex"), ip, icmp]);
}

/** An answer to a ping of ours, by its address and its type. */
function isAnswer(frame: Uint8Array): boolean {
  const bytes = Buffer.from(frame);
  return bytes.subarray(0, 6).toString("hex") === OWN_MAC && bytes[23] === 1 && bytes[34] === 0;
}
