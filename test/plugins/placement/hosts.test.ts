import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { guestFile } from "../../e2e/guest-run.ts";
import { hosts } from "../../../plugins/placement/hosts.ts";

async function planOf(placement: object): Promise<unknown> {
  const { config } = await loadConfigObject({
    machine: { boot: { use: "elf", program: guestFile("small") } },
    placement: { use: "hosts", ...placement },
  });
  return hosts.create(config.placement);
}

describe("hosts", { timeout: 30_000 }, () => {
  it("places replicas on this machine's cores and on those of others, with defaults for the rest", async () => {
    expect(await planOf({ hosts: ["far:1"], key: "/key" })).toEqual({
      mode: "host",
      cores: 4,
      scrubPages: 1024,
      jitterMs: 0,
      hosts: {
        vm: "machine",
        hosts: [{ address: "far:1", cores: 2 }],
        key: "/key",
        localCores: 2,
        leaseMs: 2000,
        silenceMs: 5000,
        giveUpMs: 0,
        isReconnecting: true,
      },
    });
  });

  it("passes its options on", async () => {
    const options = {
      hosts: ["a:1", "[::1]:2"],
      voters: ["c:3"],
      key: "/key",
      vm: "web",
      control: "/socket",
      localCores: 0,
      hostCores: 3,
      leaseMs: 500,
      silenceMs: 900,
      giveUpMs: 60_000,
      reconnect: "manual",
    };
    expect(await planOf(options)).toMatchObject({
      cores: 6,
      hosts: {
        vm: "web",
        hosts: [
          { address: "a:1", cores: 3 },
          { address: "[::1]:2", cores: 3 },
          { address: "c:3", cores: 0 },
        ],
        localCores: 0,
        giveUpMs: 60_000,
        isReconnecting: false,
        control: "/socket",
      },
    });
  });

  it.each([
    [{ key: "/key" }, "placement.hosts"],
    [{ hosts: ["far"], key: "/key" }, "placement.hosts"],
    [{ hosts: ["far:1"] }, "placement.key"],
    [{ hosts: ["far:1"], key: "/key", localCores: 0, hostCores: 1 }, "cannot run 2 replicas"],
  ])("refuses %j", async (placement, place) => {
    await expect(planOf(placement)).rejects.toThrow(place);
  });
});
