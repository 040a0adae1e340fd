// The riscv-virt platform: RV64 harts, CLINT, PLIC and the places of QEMU's `virt` machine.
import type { Platform, PlatformMachine, ProcessorContext } from "../../../core/index.ts";
import { type CompilerOptions, compilerOptions, COMPILER_SCHEMA } from "../compiler-options.ts";
import type { RiscvStart } from "../boot/riscv-start.ts";
import { codeRange, processorBytes } from "../processor-area.ts";
import { createProcessor } from "../processor.ts";
import { namedRegisters, nameRegister } from "../register-names.ts";
import { createPrivilegedHart, type RiscvHart } from "../privileged/create-privileged-hart.ts";
import { HartState } from "../privileged/hart-state.ts";
import type { SbiEnvironment } from "../privileged/sbi/sbi-environment.ts";
import { Aclint } from "./aclint.ts";
import { emptyVirtioSlot } from "./empty-virtio-slot.ts";
import { Plic } from "./plic.ts";
import { riscvVirtDeviceTree } from "./riscv-virt-device-tree.ts";
import {
  CLINT_PLACE,
  MAX_HARTS,
  MAX_RAM_BYTES,
  PLIC_PLACE,
  RAM_BASE,
  RTC_PLACE,
  TEST_PLACE,
  UART_PLACE,
  VIRTIO_PLACES,
} from "./riscv-virt-memory-map.ts";

/** Interrupt codes of a hart's lines. Privileged ISA 1.12, table 3.6. */
const LINE = {
  machineSoftware: 3,
  machineTimer: 7,
  supervisorExternal: 9,
  machineExternal: 11,
} as const;

export const riscvVirt: Platform = {
  kind: "platform",
  name: "riscv-virt",
  summary: "64-bit RISC-V machine with the memory map of QEMU's virt.",
  schema: COMPILER_SCHEMA,
  ramBase: RAM_BASE,
  limits: { maxRamBytes: MAX_RAM_BYTES, maxHarts: MAX_HARTS },
  places: {
    uart: [UART_PLACE],
    power: [TEST_PLACE],
    rtc: [RTC_PLACE],
    "virtio-mmio": VIRTIO_PLACES,
  },
  standardDevices: [
    { id: "uart0", use: "uart-16550" },
    { id: "power", use: "sifive-test" },
    { id: "rtc0", use: "goldfish-rtc" },
  ],
  isInstrumentable: true,
  hasProcessorFaults: true,
  hasEngines: true,
  processorBytes: (_options, harts, ramBytes) => processorBytes(harts, ramBytes),
  processorScratch: (_options, harts, ramBytes) => codeRange(harts, ramBytes),
  create: (options, start, context) =>
    createMachine(start as RiscvStart, context, compilerOptions(options, context.engine)),
  registers: (_options, harts) => namedRegisters(harts),
  nameRegister,
  deviceTree: (_options, machine) => riscvVirtDeviceTree(machine),
};

function createMachine(
  start: RiscvStart,
  context: ProcessorContext,
  compiler: CompilerOptions,
): PlatformMachine {
  const harts: RiscvHart[] = [];
  const sbi = start.isSbiBuiltIn ? sbiEnvironment(harts, context) : undefined;
  const processor = createProcessor(context, {
    compiler,
    privilegedFor(hartId, environment, stateOffset) {
      const state = new HartState(context.memory.shared.buffer, stateOffset);
      const hart = createPrivilegedHart(
        sbi === undefined ? { hartId, state, environment } : { hartId, state, environment, sbi },
      );
      harts[hartId] = hart;
      return hart;
    },
  });
  for (const [hartId, hart] of harts.entries()) {
    hart.reset({
      pc: start.pc,
      arguments: [hartId, ...start.arguments],
      isStopped: start.isSbiBuiltIn && hartId > 0,
    });
  }
  const line = (hart: RiscvHart, interrupt: number) => ({
    set: (isHigh: boolean) => hart.setLine(interrupt, isHigh),
  });
  const plic = new Plic(
    harts.flatMap((hart) => [
      line(hart, LINE.machineExternal),
      line(hart, LINE.supervisorExternal),
    ]),
  );
  const aclint = new Aclint(
    context.clock,
    harts.map((hart) => ({
      setSoftwareInterrupt: (isHigh) => hart.setLine(LINE.machineSoftware, isHigh),
      setTimerInterrupt: (isHigh) => hart.setLine(LINE.machineTimer, isHigh),
    })),
  );
  return {
    processor,
    parts: [
      { id: "clint", place: CLINT_PLACE, device: aclint },
      { id: "plic", place: PLIC_PLACE, device: plic },
      ...VIRTIO_PLACES.map((place, slot) => ({
        id: `virtio-slot${slot}`,
        place,
        device: emptyVirtioSlot,
      })),
    ],
    interruptLine: (interrupt) => (interrupt === 0 ? { set() {} } : plic.source(interrupt)),
  };
}

function sbiEnvironment(harts: readonly RiscvHart[], context: ProcessorContext): SbiEnvironment {
  const { memory, ramBase } = context;
  return {
    harts: context.harts,
    hart: (hartId) => harts[hartId],
    // Stores to code reach every hart's fetches at once.
    fenceInstructions() {},
    readPhysicalU8: (address) => memory.readU8(address - ramBase),
    writePhysicalU8: (address, value) => memory.writeU8(address - ramBase, value),
    console: () => context.console(),
    stop: context.stop,
  };
}
