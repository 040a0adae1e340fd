import { afterEach, describe, expect, it } from "vitest";
import type { OpenBackend } from "../../../../core/index.ts";
import { switchNamed } from "../../../../plugins/backends/network/learning-switch.ts";
import { networkSwitch } from "../../../../plugins/backends/network/switch.ts";
import { decodeNetInput } from "../../../../plugins/devices/virtio/net/wire-format.ts";
import { BackendBench } from "../backend-bench.ts";

interface Opened {
  readonly backend: OpenBackend;
  readonly bench: BackendBench;
}

const opened: Opened[] = [];
afterEach(async () => {
  for (const { backend } of opened.splice(0)) await backend.close();
});

async function open(options: object): Promise<Opened> {
  const bench = new BackendBench();
  const backend = await networkSwitch.open({ ...options }, bench);
  backend.start();
  opened.push({ backend, bench });
  return { backend, bench };
}

const BROADCAST = Buffer.from("ffffffffffff0200000000010800aabbccdd", "hex");
const ARP_FOR_STATION = Buffer.from(
  "ffffffffffff525400585601080600010800060400015254005856010a00020f0000000000000a000202",
  "hex",
);
const framesOf = ({ bench }: Opened): Buffer[] =>
  bench.inputs.map((bytes) => {
    const input = decodeNetInput(bytes);
    return Buffer.from(input?.kind === "frame" ? input.frame : []);
  });

describe("backend switch", () => {
  it("lets machines of the same name meet, and no others", async () => {
    const [a, b, c] = [
      await open({ name: "x" }),
      await open({ name: "x" }),
      await open({ name: "y" }),
    ];
    a.backend.output(BROADCAST);
    expect(framesOf(b)).toEqual([BROADCAST]);
    expect(framesOf(a)).toEqual([]);
    expect(framesOf(c)).toEqual([]);
  });

  it("has stations that answer before an output returns", async () => {
    const a = await open({ stations: [{ address: "10.0.2.2" }] });
    a.backend.output(ARP_FOR_STATION);
    expect(framesOf(a)[0]?.subarray(0, 12).toString("hex")).toBe("52540058560152550a000202");
  });

  it("gives a station the address it is told to", async () => {
    const a = await open({ stations: [{ address: "10.0.2.2", mac: "02:00:00:00:00:aa" }] });
    a.backend.output(ARP_FOR_STATION);
    expect(framesOf(a)[0]?.subarray(6, 12).toString("hex")).toBe("0200000000aa");
  });

  it("waits for nobody but those who may speak first", async () => {
    const a = await open({ stations: [{ address: "10.0.2.2" }] });
    expect(a.backend.isInteractive).toBe(false);
    const b = await open({});
    expect(a.backend.isInteractive).toBe(true);
    await b.backend.close();
    expect(a.backend.isInteractive).toBe(false);
  });

  it("drops what one epoch can't take, and goes on with the next", async () => {
    const a = await open({});
    const port = switchNamed("lan").attach({ isActive: true, receive: () => {} });
    const frame = Buffer.concat([BROADCAST, Buffer.alloc(60_000)]);
    for (let count = 0; count < 40; count++) port.send(frame);
    const taken = a.bench.inputs.length;
    expect(taken).toBe(18);
    a.backend.inputsTaken?.();
    port.send(frame);
    expect(a.bench.inputs).toHaveLength(taken + 1);
    port.detach();
  });
});
