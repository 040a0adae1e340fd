// The device tree of the riscv-virt platform, with the nodes of QEMU's `virt` machine.
// Bindings: Linux Documentation/devicetree/bindings/{riscv,timer,interrupt-controller,serial,rtc,power,virtio}.
import type { DevicePlace, DeviceTreeNode, PlannedDevice } from "../../../core/index.ts";
import {
  CLINT_PLACE,
  PLIC_PLACE,
  PLIC_SOURCE_COUNT,
  RAM_BASE,
  TEST_PLACE,
  TIMEBASE_FREQUENCY,
  UART_PLACE,
  VIRTIO_PLACES,
} from "./riscv-virt-memory-map.ts";

/** As the boot loaders and the core describe the machine; the argument of `Platform.deviceTree`. */
export interface DescribedMachine {
  readonly harts: number;
  readonly ramBytes: number;
  readonly devices: readonly PlannedDevice[];
  readonly chosen: DeviceTreeNode["properties"];
  readonly reserved: readonly { readonly address: number; readonly bytes: number }[];
}

/** Single letters are written together in riscv,isa; the others follow, each after an underscore. */
const SINGLE_LETTER_EXTENSIONS = ["i", "m", "a", "f", "d", "c"] as const;
const NAMED_EXTENSIONS = ["zicntr", "zicsr", "zifencei", "zba", "zbb", "zbs", "sstc"] as const;
const ISA_BASE = "rv64i";
const ISA = `rv64${[SINGLE_LETTER_EXTENSIONS.join(""), ...NAMED_EXTENSIONS].join("_")}`;

/** Interrupts of a hart, by code: what CLINT and PLIC drive. */
const HART_INTERRUPT = {
  machineSoftware: 3,
  machineTimer: 7,
  supervisorExternal: 9,
  machineExternal: 11,
} as const;

export function riscvVirtDeviceTree(machine: DescribedMachine): DeviceTreeNode {
  const harts = Array.from({ length: machine.harts }, (_, hart) => hart);
  // Phandles: one per hart's interrupt controller, then the PLIC, then the test finisher.
  const plic = machine.harts + 1;
  const test = machine.harts + 2;
  const hartLines = (...interrupts: readonly number[]): number[] =>
    harts.flatMap((hart) => interrupts.flatMap((interrupt) => [hart + 1, interrupt]));
  return {
    name: "",
    properties: {
      "#address-cells": [2],
      "#size-cells": [2],
      compatible: "riscv-virtio",
      model: "riscv-virtio,extravirt",
    },
    children: [
      {
        name: "chosen",
        properties: { "stdout-path": `/soc/serial@${hex(UART_PLACE.base)}`, ...machine.chosen },
      },
      ...(machine.reserved.length > 0 ? [reservedMemory(machine.reserved)] : []),
      {
        name: `memory@${hex(RAM_BASE)}`,
        properties: { device_type: "memory", reg: range(RAM_BASE, machine.ramBytes) },
      },
      {
        name: "cpus",
        properties: {
          "#address-cells": [1],
          "#size-cells": [0],
          "timebase-frequency": [TIMEBASE_FREQUENCY],
        },
        children: harts.map(cpu),
      },
      {
        name: "soc",
        properties: {
          "#address-cells": [2],
          "#size-cells": [2],
          compatible: "simple-bus",
          ranges: true,
        },
        children: [
          ...deviceNodes(machine.devices, plic, test),
          clint(hartLines(HART_INTERRUPT.machineSoftware, HART_INTERRUPT.machineTimer)),
          interruptController(
            plic,
            hartLines(HART_INTERRUPT.machineExternal, HART_INTERRUPT.supervisorExternal),
          ),
        ],
      },
      ...powerNodes(test),
    ],
  };
}

function cpu(hart: number): DeviceTreeNode {
  return {
    name: `cpu@${hex(hart)}`,
    properties: {
      device_type: "cpu",
      reg: [hart],
      status: "okay",
      compatible: "riscv",
      "riscv,isa": ISA,
      "riscv,isa-base": ISA_BASE,
      "riscv,isa-extensions": [...SINGLE_LETTER_EXTENSIONS, ...NAMED_EXTENSIONS],
      "mmu-type": "riscv,sv48",
    },
    children: [
      {
        name: "interrupt-controller",
        properties: {
          "#interrupt-cells": [1],
          "#address-cells": [0],
          "interrupt-controller": true,
          compatible: "riscv,cpu-intc",
          phandle: [hart + 1],
        },
      },
    ],
  };
}

function clint(lines: readonly number[]): DeviceTreeNode {
  return {
    name: `clint@${hex(CLINT_PLACE.base)}`,
    properties: {
      compatible: ["sifive,clint0", "riscv,clint0"],
      reg: range(CLINT_PLACE.base, CLINT_PLACE.bytes),
      "interrupts-extended": lines,
    },
  };
}

function interruptController(phandle: number, lines: readonly number[]): DeviceTreeNode {
  return {
    name: `plic@${hex(PLIC_PLACE.base)}`,
    properties: {
      compatible: ["sifive,plic-1.0.0", "riscv,plic0"],
      reg: range(PLIC_PLACE.base, PLIC_PLACE.bytes),
      "interrupt-controller": true,
      "#interrupt-cells": [1],
      "#address-cells": [0],
      "riscv,ndev": [PLIC_SOURCE_COUNT],
      "interrupts-extended": lines,
      phandle: [phandle],
    },
  };
}

/** Nodes that the device models describe, then the virtio-mmio slots in use: guests need not look at empty ones. */
function deviceNodes(
  devices: readonly PlannedDevice[],
  plic: number,
  test: number,
): DeviceTreeNode[] {
  const described = devices.flatMap(({ model, place, options }) => {
    const node = model.deviceTree?.(place, options);
    if (node === undefined) return [];
    const handle = place.base === TEST_PLACE.base ? { phandle: [test] } : {};
    return [
      { ...node, properties: { ...node.properties, ...placeProperties(place, plic), ...handle } },
    ];
  });
  const inUse = new Set(devices.map(({ place }) => place.base));
  const slots = VIRTIO_PLACES.filter(({ base }) => inUse.has(base)).map((place) => ({
    name: `virtio_mmio@${hex(place.base)}`,
    properties: { compatible: "virtio,mmio", ...placeProperties(place, plic) },
  }));
  return [...described, ...slots];
}

function placeProperties(place: DevicePlace, plic: number): DeviceTreeNode["properties"] {
  const reg = range(place.base, place.bytes);
  if (place.interrupt === 0) return { reg };
  return { reg, interrupts: [place.interrupt], "interrupt-parent": [plic] };
}

/** How a guest without firmware services ends the machine: values written to the test finisher. */
function powerNodes(test: number): DeviceTreeNode[] {
  return [
    { name: "poweroff", compatible: "syscon-poweroff", value: 0x5555 },
    { name: "reboot", compatible: "syscon-reboot", value: 0x7777 },
  ].map(({ name, compatible, value }) => ({
    name,
    properties: { compatible, regmap: [test], offset: [0], value: [value] },
  }));
}

function reservedMemory(reserved: DescribedMachine["reserved"]): DeviceTreeNode {
  return {
    name: "reserved-memory",
    properties: { "#address-cells": [2], "#size-cells": [2], ranges: true },
    children: reserved.map(({ address, bytes }) => ({
      name: `reserved@${hex(address)}`,
      properties: { reg: range(address, bytes), "no-map": true },
    })),
  };
}

/** A `reg` entry: address and size, two cells each. */
function range(address: number, bytes: number): number[] {
  return [Math.floor(address / 2 ** 32), address >>> 0, Math.floor(bytes / 2 ** 32), bytes >>> 0];
}

function hex(value: number): string {
  return value.toString(16);
}
