// Speed of the interpreter on one core: the bundled guests, bare-metal, in steps per microsecond of CPU time.
// Usage: node bench/interpreter.ts [guest ...]
import { join } from "node:path";
import { BareMetal } from "../test/guest-archs/riscv/bare-metal.ts";
import { SUITE } from "./suite.ts";

const GUESTS = [...SUITE.map(({ name }) => name), "floating-point", "quick-start"];
const RAM_BYTES = 128 * 1024 * 1024;
const CODE_BYTES = 64 * 1024 * 1024;
const MAX_STEPS = 4_000_000_000;

function measure(guest: string): void {
  const machine = new BareMetal({ ramBytes: RAM_BYTES, codeBytes: CODE_BYTES });
  machine.loadElf(join(import.meta.dirname, `../guests/bin/${guest}.elf`));
  const start = process.cpuUsage();
  machine.runToEnd(MAX_STEPS);
  const { user, system } = process.cpuUsage(start);
  const mips = (machine.steps / (user + system)).toFixed(0);
  const result = machine.hasPassed() ? "" : "  FAILED";
  console.log(
    `${guest.padEnd(18)}${String(machine.steps).padStart(12)} steps${mips.padStart(6)} MIPS${result}`,
  );
}

const chosen = process.argv.slice(2);
for (const guest of chosen.length === 0 ? GUESTS : chosen) measure(guest);
