import { describe, expect, it } from "vitest";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import type { LoadedConfig } from "../../../core/config/load-config.ts";
import { expectProblem, problemsOf } from "./expect-problem.ts";
import type { ExpectedProblem } from "./expect-problem.ts";
import { openFakeHost } from "./fake-providers.ts";

const BOOT = { use: "elf", file: "guest.elf" };
const FAULT = { use: "register-bit-flip", replica: 1, at: 5, register: "x5", bit: 3 };
const DISK = { use: "virtio-block", backend: { use: "disk-file", path: "d.img" } };

function load(content: object): Promise<LoadedConfig> {
  return loadConfigObject(content, { cwd: "/here", openHost: openFakeHost });
}

const machine = (more: object): object => ({ machine: { boot: BOOT, ...more } });
const besides = (more: object): object => ({ machine: { boot: BOOT }, ...more });

/** Rules across options: the config that breaks one, and the problem it must give. */
const BAD_CONFIGS: readonly [string, object, ExpectedProblem][] = [
  [
    "memory that is no size",
    machine({ ram: "12 furlongs" }),
    {
      code: "XV_ERR_CONFIG_VALUE",
      place: "config: machine.ram",
      value: '"12 furlongs"',
      remedy: '"256 MiB"',
    },
  ],
  [
    "more memory than the platform takes",
    machine({ ram: "2 GiB" }),
    {
      code: "XV_ERR_CONFIG_RAM_RANGE",
      place: "config: machine.ram",
      value: '"2 GiB"',
      remedy: "at most 1 GiB on riscv-virt",
    },
  ],
  [
    "memory that is no whole pages",
    machine({ ram: 5000 }),
    {
      code: "XV_ERR_CONFIG_RAM_RANGE",
      place: "config: machine.ram",
      value: "5000",
      remedy: "a multiple of 4 KiB",
    },
  ],
  [
    "no memory",
    machine({ ram: 0 }),
    {
      code: "XV_ERR_CONFIG_RAM_RANGE",
      place: "config: machine.ram",
      value: "0",
      remedy: "256 MiB",
    },
  ],
  [
    "memory of the wrong type, told once",
    machine({ ram: [1] }),
    { code: "XV_ERR_CONFIG_VALUE", place: "config: machine.ram", value: "[1]", remedy: "text" },
  ],
  [
    "more harts than the platform has",
    machine({ harts: 9 }),
    {
      code: "XV_ERR_CONFIG_HARTS_RANGE",
      place: "config: machine.harts",
      value: "9",
      remedy: "from 1 to 8",
    },
  ],
  [
    "a start time that is no instant",
    machine({ clock: { startTime: "tomorrow" } }),
    {
      code: "XV_ERR_CONFIG_START_TIME",
      place: "config: machine.clock.startTime",
      value: '"tomorrow"',
      remedy: '"host"',
    },
  ],
  [
    "a start time that depends on the host's time zone",
    machine({ clock: { startTime: "2026-01-01T00:00:00" } }),
    {
      code: "XV_ERR_CONFIG_START_TIME",
      place: "config: machine.clock.startTime",
      value: "2026-01-01T00:00:00",
      remedy: "2026-01-01T00:00:00Z",
    },
  ],
  [
    "a device of a kind that the platform has no more place for",
    machine({ devices: [DISK, DISK, { use: "virtio-plain" }] }),
    {
      code: "XV_ERR_CONFIG_NO_PLACE",
      message: 'it has 2 of kind "virtio-mmio"',
      place: "config: machine.devices[2]",
      value: "virtio-plain",
      remedy: "Remove a device",
    },
  ],
  [
    "a place taken by the platform's own device",
    machine({ devices: [{ use: "uart16550", backend: "null" }] }),
    {
      code: "XV_ERR_CONFIG_NO_PLACE",
      place: "config: machine.devices[0]",
      value: "uart16550",
      remedy: "another platform",
    },
  ],
  [
    "two devices of one name",
    machine({
      devices: [
        { ...DISK, id: "disk" },
        { ...DISK, id: "disk" },
      ],
    }),
    {
      code: "XV_ERR_CONFIG_DUPLICATE_ID",
      place: "config: machine.devices[1].id",
      value: '"disk"',
      remedy: "machine.devices[0]",
    },
  ],
  [
    "a device named like one of the platform's",
    machine({ devices: [{ ...DISK, id: "uart0" }] }),
    {
      code: "XV_ERR_CONFIG_DUPLICATE_ID",
      place: "config: machine.devices[0].id",
      value: '"uart0"',
      remedy: "the platform riscv-virt",
    },
  ],
  [
    "an id that is no name",
    machine({ devices: [{ ...DISK, id: "Disk 1" }] }),
    {
      code: "XV_ERR_CONFIG_VALUE",
      place: "config: machine.devices[0].id",
      value: '"Disk 1"',
      remedy: "^[a-z]",
    },
  ],
  [
    "a backend that serves another kind of device",
    machine({ devices: [{ use: "virtio-block", backend: "terminal" }] }),
    {
      code: "XV_ERR_CONFIG_BACKEND_MISMATCH",
      message: 'serves "console"',
      place: "config: machine.devices[0].backend",
      value: "terminal",
      remedy: "disk-file",
    },
  ],
  [
    "a backend for a device that takes none",
    machine({ devices: [{ use: "virtio-plain", backend: "null" }] }),
    {
      code: "XV_ERR_CONFIG_BACKEND_MISMATCH",
      place: "config: machine.devices[0].backend",
      value: "null",
      remedy: "takes none",
    },
  ],
  [
    "a device without the backend it needs",
    machine({ devices: [{ use: "virtio-block" }] }),
    {
      code: "XV_ERR_CONFIG_MISSING_OPTION",
      place: "config: machine.devices[0].backend",
      value: "nothing",
      remedy: "disk-file",
    },
  ],
  [
    "a console that is no console",
    besides({ console: { use: "disk-file", path: "x" } }),
    {
      code: "XV_ERR_CONFIG_BACKEND_MISMATCH",
      place: "config: console.use",
      value: "disk-file",
      remedy: "terminal, null",
    },
  ],
  [
    "a fault in a replica that can't be",
    besides({ faults: [{ ...FAULT, replica: 99 }] }),
    {
      code: "XV_ERR_CONFIG_FAULT_REPLICA",
      place: "config: faults[0].replica",
      value: "99",
      remedy: "0 to 1 are the replicas, 2 is the first witness",
    },
  ],
  [
    "a fault in several replicas, one of which can't be",
    besides({ faults: [{ ...FAULT, replica: [1, 99] }] }),
    {
      code: "XV_ERR_CONFIG_FAULT_REPLICA",
      place: "config: faults[0].replica",
      value: "99",
      remedy: "0 to 1 are the replicas",
    },
  ],
  [
    "a fault on a core that can't be",
    besides({ faults: [{ ...FAULT, replica: undefined, core: 3 }] }),
    {
      code: "XV_ERR_CONFIG_FAULT_REPLICA",
      place: "config: faults[0].core",
      value: "3",
      remedy: "0 to 1 are those of the first replicas, 2 is the first witness's",
    },
  ],
  [
    "a fault on a core beyond those configured",
    besides({
      placement: { use: "worker-threads", cores: 4 },
      faults: [{ ...FAULT, replica: undefined, core: 4 }],
    }),
    {
      code: "XV_ERR_CONFIG_FAULT_REPLICA",
      place: "config: faults[0].core",
      value: "4",
      remedy: "placement.cores ends at 3",
    },
  ],
  [
    "fewer cores than replicas",
    besides({ placement: { use: "worker-threads", cores: 1 } }),
    {
      code: "XV_ERR_CONFIG_CORES",
      place: "config: placement.cores",
      value: "1",
      remedy: "Write 2 at least",
    },
  ],
  [
    "a fault in a replica and on a core",
    besides({ faults: [{ ...FAULT, core: 1 }] }),
    {
      code: "XV_ERR_CONFIG_FAULT_PLACE",
      place: "config: faults[0]",
      value: '"core":1',
      remedy: "either `replica`",
    },
  ],
  [
    "a fault of the coordinator in a replica",
    besides({ faults: [{ use: "of-coordinator", replica: 1, at: 5 }] }),
    {
      code: "XV_ERR_CONFIG_FAULT_PLACE",
      place: "config: faults[0].replica",
      value: "1",
      remedy: "neither",
    },
  ],
  [
    "a recovery that does not fit what the replication releases",
    besides({ replication: "primary-backup" }),
    {
      code: "XV_ERR_CONFIG_RECOVERY_MISMATCH",
      place: "recovery.use",
      value: "third-replica",
      remedy: "failover.",
    },
  ],
  [
    "a recovery that expects outputs to leave uncompared",
    besides({ recovery: "failover" }),
    {
      code: "XV_ERR_CONFIG_RECOVERY_MISMATCH",
      place: "config: recovery.use",
      value: "failover",
      remedy: "third-replica",
    },
  ],
  [
    "a fault nowhere",
    besides({ faults: [{ ...FAULT, replica: undefined }] }),
    {
      code: "XV_ERR_CONFIG_FAULT_PLACE",
      place: "config: faults[0]",
      value: "nothing",
      remedy: "or `core`",
    },
  ],
  [
    "a fault that comes again beyond the configured end of the run",
    besides({
      faults: [{ ...FAULT, at: 3, repeat: { times: 3, everySteps: 2 } }],
      limits: { steps: 7 },
    }),
    {
      code: "XV_ERR_FAULT_BEYOND_RUN",
      place: "config: faults[0].at",
      value: "7",
      remedy: "below 7",
    },
  ],
  [
    "a fault without its instant",
    besides({ faults: [{ ...FAULT, at: undefined }] }),
    {
      code: "XV_ERR_CONFIG_MISSING_OPTION",
      place: "config: faults[0].at",
      value: "nothing",
      remedy: "power-on",
    },
  ],
  [
    "a fault beyond the configured end of the run",
    besides({ faults: [FAULT], limits: { steps: 5 } }),
    {
      code: "XV_ERR_FAULT_BEYOND_RUN",
      place: "config: faults[0].at",
      value: "5",
      remedy: "below 5",
    },
  ],
];

describe("a rule across options", () => {
  it.each(BAD_CONFIGS)("explains %s", async (_, content, expected) => {
    const problems = await problemsOf(load(content));
    expect(problems.map(({ message }) => message)).toHaveLength(1);
    expectProblem(problems[0], expected);
  });

  it.each(["host", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00.5+01:00"])(
    "takes %j for a start time",
    async (startTime) => {
      const { config } = await load(machine({ clock: { startTime } }));
      expect(config.machine.clock).toEqual({ stepsPerTick: 100, startTime });
    },
  );

  it("takes faults in witnesses", async () => {
    const { config } = await load(besides({ faults: [{ ...FAULT, replica: 2 }] }));
    expect(config.faults).toEqual([{ ...FAULT, replica: 2 }]);
  });
});
