import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { HostsSetup, Logger } from "../../../core/index.ts";
import { HostLinks } from "../../../core/hosts/host-links.ts";
import { FakeHost, QUIET, setupOf } from "./fake-host.ts";

const PATIENT = { timeout: 20_000 };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function openLinks(
  hosts: readonly FakeHost[],
  more: Partial<HostsSetup> = {},
  logger: Logger = QUIET,
): Promise<HostLinks> {
  const { setup, remove } = setupOf(
    hosts.map((_, number) => ({ address: `far:${number}`, cores: 2 })),
    more,
  );
  closing.push(remove);
  const reach = (address: string): ReturnType<FakeHost["reach"]> =>
    hosts[Number(address.split(":")[1])]!.reach();
  const links = HostLinks.open({ setup, plugins: [], logger, onChange: () => {}, reach });
  closing.push(async () => (await links.catch(() => undefined))?.close());
  return links;
}

const cut = (host: FakeHost): void => host.setCut(true);
const heal = (host: FakeHost): void => host.setCut(false);

describe("HostLinks", { timeout: 60_000 }, () => {
  it("lets outputs leave while the host is heard, and again once it is heard again", async () => {
    const host = new FakeHost();
    const links = await openLinks([host]);
    expect([links.isOpen, links.stop, links.term]).toEqual([true, undefined, 1]);
    cut(host);
    await expect.poll(() => links.isOpen, PATIENT).toBe(false);
    await pause(100);
    expect([links.isOpen, links.stop]).toEqual([false, undefined]);
    heal(host);
    await expect.poll(() => links.isOpen, PATIENT).toBe(true);
    expect(links.term).toBe(1);
  });

  it("goes on with the majority of three, and knows which cores it can't use", async () => {
    const hosts = [new FakeHost(), new FakeHost(), new FakeHost()];
    const links = await openLinks(hosts);
    expect([0, 1, 2, 3, 4, 5, 6].map((core) => links.hostOf(core))).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect(() => links.hostOf(7)).toThrow(RangeError);
    hosts[1]!.isDown = true;
    for (const link of hosts[1]!.links) link.lose();
    await expect.poll(() => links.missing, PATIENT).toEqual(["far:1"]);
    await pause(400);
    expect(links.isOpen).toBe(true);
    expect([0, 1, 3, 5].map((core) => links.isReachable(core))).toEqual([true, true, false, true]);
    hosts[1]!.isDown = false;
    await expect.poll(() => links.missing, PATIENT).toEqual([]);
    cut(hosts[0]!);
    cut(hosts[2]!);
    await expect.poll(() => links.isOpen, PATIENT).toBe(false);
  });

  it("waits for a command where it is not to reconnect by itself", async () => {
    const host = new FakeHost();
    const links = await openLinks([host], { isReconnecting: false });
    for (const link of host.links) link.lose();
    await pause(1200);
    expect([links.missing, links.isOpen]).toEqual([["far:0"], false]);
    expect(await links.reprotect()).toEqual([]);
    await expect.poll(() => links.isOpen, PATIENT).toBe(true);
  });

  it("waits for a command with a host that was not there at the beginning, too", async () => {
    const hosts = [new FakeHost(), new FakeHost(), new FakeHost()];
    hosts[0]!.isDown = true;
    const links = await openLinks(hosts, { isReconnecting: false });
    hosts[0]!.isDown = false;
    await pause(700);
    expect(links.missing).toEqual(["far:0"]);
    expect(await links.reprotect()).toEqual([]);
  });

  it("gives up when it is to", async () => {
    const host = new FakeHost();
    const links = await openLinks([host], { giveUpMs: 400 });
    cut(host);
    await expect.poll(() => links.stop, PATIENT).toMatchObject({ reason: "cut-off" });
  });

  it("stops for good when another coordinator has taken over", async () => {
    const host = new FakeHost();
    const first = await openLinks([host]);
    cut(host);
    await expect.poll(() => first.isOpen, PATIENT).toBe(false);
    // The other one has another way to it.
    host.isCut = false;
    const second = await openLinks([host]);
    expect([second.isOpen, second.term, first.isOpen]).toEqual([true, 2, false]);
    heal(host);
    await expect.poll(() => first.stop, PATIENT).toMatchObject({ reason: "fenced" });
    expect(second.isOpen).toBe(true);
  });

  it("starts replicas on other hosts under its term, and leaves its own cores alone", async () => {
    const host = new FakeHost();
    const links = await openLinks([host]);
    expect(links.startElsewhere(0)).toBeUndefined();
    const own = links.startElsewhere(2);
    own?.send({ kind: "end" });
    await expect.poll(() => host.processes[0]?.orders, PATIENT).toEqual([{ kind: "end" }]);
    own?.kill();
    await expect.poll(() => host.processes[0]?.isKilled, PATIENT).toBe(true);
  });

  it("begins with a majority, and not without", async () => {
    const hosts = [new FakeHost(), new FakeHost(), new FakeHost()];
    hosts[0]!.isDown = true;
    const links = await openLinks(hosts);
    expect([links.isOpen, links.missing]).toEqual([true, ["far:0"]]);
    hosts[0]!.isDown = false;
    await expect.poll(() => links.missing, PATIENT).toEqual([]);
    await links.close();
    for (const host of hosts.slice(0, 2)) host.isDown = true;
    await expect(openLinks(hosts)).rejects.toMatchObject({ code: "XV_ERR_HOST_UNREACHABLE" });
  });

  it("begins nothing while another coordinator runs the same machine, or the host has other code", async () => {
    const host = new FakeHost();
    await openLinks([host], { leaseMs: 400 });
    const second = openLinks([host], { leaseMs: 400 });
    await expect(second).rejects.toMatchObject({ code: "XV_ERR_HOST_BUSY", value: "vm" });
    await expect(openLinks([new FakeHost({}, "other")])).rejects.toMatchObject({
      code: "XV_ERR_HOST_SOFTWARE",
    });
  });

  it("tells hosts that grant nothing from those that another run has", async () => {
    const hosts = [new FakeHost(), new FakeHost()];
    hosts[1]!.isDiskFull = true;
    await expect(openLinks(hosts, { leaseMs: 300 })).rejects.toMatchObject({
      code: "XV_ERR_HOST_UNREACHABLE",
      value: "far:1",
      remedy: expect.stringContaining("--state") as string,
    });
  });

  it("says once why a host can't be reached, and again when that changes", async () => {
    const hosts = [new FakeHost(), new FakeHost(), new FakeHost()];
    const warnings: string[] = [];
    const logger = { ...QUIET, warn: (_fields: object, text: string) => void warnings.push(text) };
    hosts[0]!.isDown = true;
    const links = await openLinks(hosts, {}, logger);
    expect(links.reasons).toEqual({ "far:0": "it is down" });
    await pause(1000);
    expect(warnings).toEqual(["it is down"]);
    hosts[0] = new FakeHost({}, "other");
    const other = /other code/u;
    await expect.poll(() => links.reasons["far:0"], PATIENT).toMatch(other);
    await links.reprotect();
    expect(warnings).toEqual(["it is down", expect.stringMatching(other)]);
    hosts[0] = new FakeHost();
    await expect.poll(() => links.reasons, PATIENT).toEqual({});
  });
});
