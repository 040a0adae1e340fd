// Starts a bare-metal program in M-mode: all harts at its entry point, a0 hart id, a1 device tree.
import type { BootLoader } from "../../../core/index.ts";
import { parseElf } from "./elf-file.ts";
import { missingImage, readImageFile } from "./image-file.ts";
import { placeDeviceTree, textOption } from "./linux-payload.ts";
import { readElfSymbols } from "./elf-symbols.ts";
import type { RiscvStart } from "./riscv-start.ts";
import { readSymbolMap, SYMBOLS_OPTION } from "./symbol-map.ts";
import { outsideRam, TopOfRam } from "./top-of-ram.ts";

export const elf: BootLoader = {
  kind: "boot",
  name: "elf",
  summary: "Bare-metal 64-bit RISC-V program, started in M-mode.",
  schema: {
    type: "object",
    properties: {
      program: { type: "string", description: "Static ELF executable." },
      commandLine: {
        type: "string",
        description: "Arguments, as bootargs in the device tree.",
        default: "",
      },
      symbols: SYMBOLS_OPTION,
    },
    required: ["program"],
    additionalProperties: false,
  },
  paths: ["program", "symbols"],

  async load(options, context) {
    const path = textOption(options, "program");
    if (path === undefined) throw missingImage("elf", "program");
    const file = await readImageFile(path, "program");
    const program = parseElf(file, path);
    const named = await readSymbolMap(textOption(options, "symbols"));
    const ramEnd = context.ramBase + context.ramBytes;
    let floor = context.ramBase;
    for (const { address, memoryBytes } of program.segments) {
      const end = address + memoryBytes;
      if (address < context.ramBase || end > ramEnd) {
        const range = `0x${address.toString(16)} to 0x${end.toString(16)}`;
        throw outsideRam(`a segment of ${path} lies at ${range}`, `${context.ramBytes} bytes`);
      }
      floor = Math.max(floor, end);
    }
    const bootargs = textOption(options, "commandLine") ?? "";
    const top = new TopOfRam(floor, ramEnd);
    const deviceTree = placeDeviceTree({ bootargs }, [], top, context);
    const start: RiscvStart = {
      pc: program.entry,
      arguments: [deviceTree.address],
      isSbiBuiltIn: false,
    };
    const contents = program.segments.flatMap(({ address, bytes }) =>
      bytes.length > 0 ? [{ address, bytes }] : [],
    );
    const symbols = [...named, ...readElfSymbols(file)];
    return { segments: [...contents, deviceTree], start, symbols };
  },
};
